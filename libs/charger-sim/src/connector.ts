import type { ConnectorStatus } from './message';
import type { RunningSession } from './running-session';

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
  reservation: { id: number; idToken: string } | null = null;
  limitW: number | null = null;
  occupancy: 'Preparing' | 'Charging' | 'Finishing' | null = null;

  constructor(
    readonly id: number,
    registerWh: number,
  ) {
    this.registerWh = registerWh;
  }

  get status(): ConnectorStatus {
    if (this.occupancy) return this.occupancy;
    if (!this.isOperative) return 'Unavailable';
    return this.reservation ? 'Reserved' : 'Available';
  }

  isFreeFor(idToken?: string): boolean {
    if (this.isTaken || !this.isOperative) return false;
    return this.reservation === null || this.reservation.idToken === idToken;
  }

  limitPower(limitW: number | null): void {
    this.limitW = limitW;
    this.session?.curve.limitPower(limitW ?? Number.POSITIVE_INFINITY);
  }
}
