import type { ConnectorStatus } from './message';
import type { RunningSession } from './running-session';

export interface ConnectorReservation {
  id: number;
  idToken: string;
  /** 1.6: any token of this group may use it. */
  parentIdTag?: string;
}

/** One outlet: an EVSE with one connector in 2.x. */
export class Connector {
  /** Register of its meter between sessions, Wh. */
  registerWh: number;
  session: RunningSession | null = null;
  /** A session is about to start or just ended: the outlet is taken though no session runs. */
  isTaken = false;
  isOperative = true;
  /** Set when ChangeAvailability came during a session. */
  becomesInoperative = false;
  reservation: ConnectorReservation | null = null;
  /** A car is connected, by a script: it stays when the session ends. */
  isPlugged = false;
  /** 1.6 §7.6 ChargePointErrorCode. */
  errorCode = 'NoError';
  limitW: number | null = null;
  occupancy: 'Preparing' | 'Charging' | 'Finishing' | null = null;

  constructor(
    readonly id: number,
    registerWh: number,
  ) {
    this.registerWh = registerWh;
  }

  get status(): ConnectorStatus {
    if (this.errorCode !== 'NoError') return 'Faulted';
    if (this.occupancy) return this.occupancy;
    if (!this.isOperative) return 'Unavailable';
    return this.reservation ? 'Reserved' : 'Available';
  }

  /** Nothing is at it. */
  get canBeReserved(): boolean {
    return !this.isTaken && !this.isPlugged && this.isOperative && this.errorCode === 'NoError';
  }

  /** @param parentIdTag group of the token, where it is known */
  isFreeFor(idToken?: string, parentIdTag?: string): boolean {
    if (this.isTaken || !this.isOperative || this.errorCode !== 'NoError') return false;
    if (this.reservation === null || this.reservation.idToken === idToken) return true;
    return parentIdTag !== undefined && this.reservation.parentIdTag === parentIdTag;
  }

  limitPower(limitW: number | null): void {
    this.limitW = limitW;
    this.session?.curve.limitPower(limitW ?? Number.POSITIVE_INFINITY);
  }
}
