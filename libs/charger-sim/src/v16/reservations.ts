import type { Clock } from '../clock';
import type { Connector } from '../connector';

export interface Reservation {
  id: number;
  /** 0: any connector, one must stay free for it. */
  connectorId: number;
  idTag: string;
  parentIdTag?: string;
  /** By the charger's clock, ms. */
  expiresMs: number;
}

export interface ReservationsOptions {
  clock: Clock;
  now(): number;
  connectors(): readonly Connector[];
  statusChanged(connector: Connector): void;
}

export type ReservationStatus = 'Accepted' | 'Faulted' | 'Occupied' | 'Rejected' | 'Unavailable';

/** Node's timers end here. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** The reservations of a charger (1.6 §5.13 and §5.4). */
export class Reservations {
  private readonly held = new Map<number, Reservation>();
  private readonly timers = new Map<number, () => void>();

  constructor(private readonly options: ReservationsOptions) {}

  get all(): Reservation[] {
    return [...this.held.values()];
  }

  reserve(reservation: Reservation): ReservationStatus {
    const { connectorId, id, expiresMs } = reservation;
    const connectors = this.options
      .connectors()
      .filter((connector) => connectorId === 0 || connector.id === connectorId);
    if (connectors.length === 0 || !(expiresMs > this.options.now())) return 'Rejected';
    // 1.6 §5.13: the same id replaces the reservation; its connector counts as free.
    const others = this.all.filter((other) => other.id !== id);
    const free = connectors.filter(
      (connector) => connector.canBeReserved && !others.some((other) => other.connectorId === connector.id),
    );
    const zeros = others.filter((other) => other.connectorId === 0).length;
    const allFree = this.options
      .connectors()
      .filter((connector) => connector.canBeReserved && !others.some((other) => other.connectorId === connector.id));
    if (free.length === 0 || allFree.length <= zeros) return this.obstacle(connectors);
    this.remove(id);
    this.held.set(id, reservation);
    this.watch(reservation);
    const connector = connectors.find((candidate) => candidate.id === connectorId);
    if (connector) {
      const { idTag, parentIdTag } = reservation;
      connector.reservation = { id, idToken: idTag, ...(parentIdTag !== undefined && { parentIdTag }) };
      this.later(connector);
    }
    return 'Accepted';
  }

  cancel(id: number): boolean {
    return this.remove(id);
  }

  /** The reservation a start with this token uses, if any; a connector's own before connector 0's. */
  usedBy(connectorId: number, idTag: string, parentIdTag: string | undefined): Reservation | undefined {
    const fits = (held: Reservation) =>
      held.idTag === idTag || (parentIdTag !== undefined && held.parentIdTag === parentIdTag);
    return (
      this.all.find((held) => held.connectorId === connectorId && fits(held)) ??
      this.all.find((held) => held.connectorId === 0 && fits(held))
    );
  }

  /** 1.6 §5.13: whether one connector stays free for every reservation of connector 0 but the token's own. */
  leavesRoom(connectorId: number, idTag: string, parentIdTag: string | undefined): boolean {
    const own = this.usedBy(connectorId, idTag, parentIdTag);
    const zeros = this.all.filter((held) => held.connectorId === 0 && held.id !== own?.id).length;
    if (zeros === 0) return true;
    const left = this.options
      .connectors()
      .filter((connector) => connector.id !== connectorId && connector.canBeReserved && connector.reservation === null);
    return left.length >= zeros;
  }

  use(id: number): void {
    this.remove(id);
  }

  stop(): void {
    for (const cancel of this.timers.values()) cancel();
  }

  private obstacle(connectors: readonly Connector[]): ReservationStatus {
    if (connectors.every(({ status }) => status === 'Faulted')) return 'Faulted';
    if (connectors.every(({ status }) => status === 'Unavailable')) return 'Unavailable';
    return 'Occupied';
  }

  private remove(id: number): boolean {
    this.timers.get(id)?.();
    this.timers.delete(id);
    for (const connector of this.options.connectors()) {
      if (connector.reservation?.id !== id) continue;
      connector.reservation = null;
      this.later(connector);
    }
    return this.held.delete(id);
  }

  private watch({ id, expiresMs }: Reservation): void {
    const leftMs = expiresMs - this.options.now();
    if (leftMs <= 0) {
      this.remove(id);
      return;
    }
    const cancel = this.options.clock.after(Math.min(LONGEST_WAIT_MS, leftMs), () => {
      const held = this.held.get(id);
      if (held) this.watch(held);
    });
    this.timers.set(id, cancel);
  }

  /** After the answer is out. */
  private later(connector: Connector): void {
    this.options.clock.after(0, () => this.options.statusChanged(connector));
  }
}
