import {
  chargerKey,
  eventId,
  STREAM_PREFIXES,
  type ConnectorStatusReported,
  type ReservationFact,
  type StoredMetadata,
} from '@chargestream/contracts';
import {
  reservationDecider,
  reservedUntil,
  type ReservationCommand,
  type ReservationState,
} from '@chargestream/domain';
import type { StoredEvent } from '@chargestream/event-store';
import type { Logger } from '@chargestream/service-kit';
import type { AggregateStore } from '../aggregates/aggregate-store';
import { decideAndAppend } from '../aggregates/unit-of-work';
import type { Duty, RunningDuty } from '../commands/duty';
import type { Timers } from '../timers';

export interface ReservationDutyOptions {
  aggregates: AggregateStore;
  timers: Timers;
  clock: () => number;
  pause: (ms: number) => Promise<void>;
  logger: Logger | undefined;
}

/** A reservation that has not ended. */
interface Tracked {
  readonly stream: string;
  readonly reservationId: number;
  /** Place in the store before its first fact: a follower that begins there sees all of it. */
  readonly before: string | null;
  readonly state: ReservationState;
  readonly metadata: StoredMetadata;
  cancelTimer: () => void;
}

/** Lets reservations expire when their time has come, and ends those that a broken connector cannot keep. */
export function reservationDuty(options: ReservationDutyOptions): Duty {
  return {
    name: 'reservations',
    streamPrefixes: [STREAM_PREFIXES.reservation, STREAM_PREFIXES.connector],
    begin: (from) => new RunningReservations(options, from),
  };
}

const RETRY_MS = 1_000;

class RunningReservations implements RunningDuty {
  /** In the order of their first facts. */
  private readonly tracked = new Map<string, Tracked>();
  private readonly ofChargers = new Map<string, Set<Tracked>>();
  private readonly underWay = new Set<Promise<void>>();
  private closed = false;

  constructor(
    private readonly options: ReservationDutyOptions,
    private position: string | null,
  ) {}

  follow(events: readonly StoredEvent[]): void {
    for (const event of events) {
      if (event.stream.startsWith(STREAM_PREFIXES.reservation)) this.reservationChanged(event);
      else this.connectorChanged(event);
      this.position = event.position;
    }
  }

  checkpoint(): string | null {
    const [oldest] = this.tracked.values();
    return oldest === undefined ? this.position : oldest.before;
  }

  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const { cancelTimer } of this.tracked.values()) cancelTimer();
    await this.idle();
  }

  private reservationChanged({ stream, type, data, metadata }: StoredEvent): void {
    const fact = { type, data } as ReservationFact;
    const about = metadata as unknown as StoredMetadata;
    const known = this.tracked.get(stream);
    const state = reservationDecider.evolve(known?.state ?? reservationDecider.initialState, fact, about);
    if (known !== undefined) this.release(known);
    const until = reservedUntil(state);
    if (until === null) {
      this.tracked.delete(stream);
      return;
    }
    const { reservationId } = fact.data;
    const before = known === undefined ? this.position : known.before;
    const tracked: Tracked = { stream, reservationId, before, state, metadata: about, cancelTimer: () => undefined };
    // Whoever is known keeps its place: the map is in the order of first facts.
    this.tracked.set(stream, tracked);
    const key = keyOf(tracked);
    this.ofChargers.set(key, (this.ofChargers.get(key) ?? new Set()).add(tracked));
    this.waitUntil(tracked, Date.parse(until));
  }

  private release(tracked: Tracked): void {
    tracked.cancelTimer();
    const key = keyOf(tracked);
    const ofCharger = this.ofChargers.get(key);
    ofCharger?.delete(tracked);
    if (ofCharger?.size === 0) this.ofChargers.delete(key);
  }

  /** 1.6 §5.13: a reservation ends when its connector, or the charger, is set to Faulted or Unavailable. */
  private connectorChanged(event: StoredEvent): void {
    const { status, evseId } = event.data as ConnectorStatusReported;
    if (status !== 'Faulted' && status !== 'Unavailable') return;
    const about = event.metadata as unknown as StoredMetadata;
    if (about.ocppVersion !== '1.6') return;
    const key = chargerKey(about.tenantId, about.chargerId);
    for (const tracked of this.ofChargers.get(key) ?? []) {
      const { held } = tracked.state;
      // Connector 0 is the charger itself, in a status as in a reservation.
      if (held === null || (evseId !== 0 && evseId !== held.evseId)) continue;
      const { commandId } = held;
      this.decide(tracked, { kind: 'withdrawn', commandId }, eventId('reservation-withdrawn', event.id, commandId));
    }
  }

  private waitUntil(tracked: Tracked, untilMs: number): void {
    if (this.closed || Number.isNaN(untilMs)) return;
    tracked.cancelTimer = this.options.timers.after(untilMs - this.options.clock(), () => {
      const nowMs = this.options.clock();
      // A long timer rings early.
      if (nowMs < untilMs) return this.waitUntil(tracked, untilMs);
      const { reservationId, stream } = tracked;
      const at = new Date(nowMs).toISOString();
      this.decide(tracked, { kind: 'expire', reservationId, at }, eventId('reservation-expired', stream, untilMs));
    });
  }

  private decide(tracked: Tracked, command: ReservationCommand, causationId: string): void {
    const done: Promise<void> = this.append(tracked, command, causationId)
      .catch((error: unknown) => {
        if (this.closed) return;
        this.options.logger?.warn({ err: error, stream: tracked.stream }, 'a reservation waits for the store');
        this.options.timers.after(RETRY_MS, () => {
          if (!this.closed) this.decide(tracked, command, causationId);
        });
      })
      .finally(() => this.underWay.delete(done));
    this.underWay.add(done);
  }

  private async append(tracked: Tracked, command: ReservationCommand, causationId: string): Promise<void> {
    const { aggregates, pause, clock } = this.options;
    const at = new Date(clock()).toISOString();
    const { tenantId, chargerId, correlationId } = tracked.metadata;
    const metadata: StoredMetadata = {
      ...{ tenantId, chargerId, correlationId, causationId },
      ...{ connectionEpoch: null, ocppVersion: null, ocppMessageId: null },
      ...{ occurredAt: at, receivedAt: at, schemaVersion: 1 },
    };
    await decideAndAppend(aggregates, pause, (unit) =>
      unit.decide(reservationDecider, tracked.stream, command, metadata),
    );
  }
}

function keyOf({ metadata }: Tracked): string {
  return chargerKey(metadata.tenantId, metadata.chargerId);
}
