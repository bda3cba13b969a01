import { eventId, STREAM_PREFIXES, type OperationFact, type StoredMetadata } from '@chargestream/contracts';
import { operationsDecider } from '@chargestream/domain';
import type { StoredEvent } from '@chargestream/event-store';
import type { Logger } from '@chargestream/service-kit';
import type { AggregateStore } from '../aggregates/aggregate-store';
import { decideAndAppend } from '../aggregates/unit-of-work';
import type { Duty, RunningDuty } from '../commands/duty';
import type { Timers } from '../timers';

export interface OperationDutyOptions {
  aggregates: AggregateStore;
  timers: Timers;
  clock: () => number;
  pause: (ms: number) => Promise<void>;
  logger: Logger | undefined;
  /** For how long a charger may be silent about an operation, seconds. */
  stalledS: number;
}

/** An operation of which something was heard, and may be heard more. */
interface Tracked {
  readonly stream: string;
  readonly operationId: string;
  /** Place in the store before the last word: a follower that begins there sees all that is needed. */
  readonly before: string | null;
  readonly heardAt: string;
  readonly metadata: StoredMetadata;
  cancelTimer: () => void;
}

/** Marks operations as stalled when the charger has been silent about them for too long. */
export function operationDuty(options: OperationDutyOptions): Duty {
  return {
    name: 'operations',
    streamPrefixes: [STREAM_PREFIXES.operations],
    begin: (from) => new RunningOperations(options, from),
  };
}

const RETRY_MS = 1_000;

class RunningOperations implements RunningDuty {
  /** By operationId, in the order of their last words. */
  private readonly tracked = new Map<string, Tracked>();
  private readonly underWay = new Set<Promise<void>>();
  private closed = false;

  constructor(
    private readonly options: OperationDutyOptions,
    private position: string | null,
  ) {}

  follow(events: readonly StoredEvent[]): void {
    for (const event of events) {
      const fact = { type: event.type, data: event.data } as OperationFact;
      this.release(fact.data.operationId);
      // One that has stalled needs no timer until it is heard of again.
      if (fact.type !== 'OperationStalled' && fact.type !== 'OperationEnded') this.track(event, fact.data.operationId);
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

  private release(operationId: string): void {
    this.tracked.get(operationId)?.cancelTimer();
    this.tracked.delete(operationId);
  }

  private track({ stream, metadata }: StoredEvent, operationId: string): void {
    const about = metadata as unknown as StoredMetadata;
    const { receivedAt: heardAt } = about;
    const before = this.position;
    const tracked: Tracked = { stream, operationId, before, heardAt, metadata: about, cancelTimer: () => undefined };
    this.tracked.set(operationId, tracked);
    this.waitUntil(tracked, Date.parse(heardAt) + this.options.stalledS * 1000);
  }

  private waitUntil(tracked: Tracked, untilMs: number): void {
    if (this.closed || Number.isNaN(untilMs)) return;
    tracked.cancelTimer = this.options.timers.after(untilMs - this.options.clock(), () => {
      // A long timer rings early.
      if (this.options.clock() < untilMs) this.waitUntil(tracked, untilMs);
      else this.stall(tracked);
    });
  }

  private stall(tracked: Tracked): void {
    const done: Promise<void> = this.append(tracked)
      .catch((error: unknown) => {
        if (this.closed) return;
        this.options.logger?.warn({ err: error, stream: tracked.stream }, 'a stalled operation waits for the store');
        tracked.cancelTimer = this.options.timers.after(RETRY_MS, () => {
          if (!this.closed) this.stall(tracked);
        });
      })
      .finally(() => this.underWay.delete(done));
    this.underWay.add(done);
  }

  private async append({ stream, operationId, heardAt, metadata: about }: Tracked): Promise<void> {
    const { aggregates, pause, clock } = this.options;
    const at = new Date(clock()).toISOString();
    const { tenantId, chargerId, correlationId } = about;
    const metadata: StoredMetadata = {
      ...{ tenantId, chargerId, correlationId, causationId: eventId('operation-stalled', operationId, heardAt) },
      ...{ connectionEpoch: null, ocppVersion: null, ocppMessageId: null },
      ...{ occurredAt: at, receivedAt: at, schemaVersion: 1 },
    };
    const command = { kind: 'stall', operationId, heardAt, at } as const;
    await decideAndAppend(aggregates, pause, (unit) => unit.decide(operationsDecider, stream, command, metadata));
  }
}
