import { STREAM_PREFIXES, toBusRecord, TOPICS, type Intent, type Update } from '@chargestream/contracts';
import type { Rejection } from '@chargestream/domain';
import type { BusRecord, EventBus } from '@chargestream/event-bus';
import type { StoredEvent } from '@chargestream/event-store';
import type { Logger } from '@chargestream/service-kit';
import { reached, type Follower, type Waiting } from '../followers';
import type { StorePublisher } from '../publishers/publisher';
import { showsInTables } from '../publishers/registry';

export interface ShownOptions extends Waiting {
  readModel: Follower;
  /** Connect's tables of chargers and tokens. */
  tables: Follower;
}

/** Resolves when everything shows the events: the read model, and where they concern connect its tables. In log order. */
async function shown({ readModel, tables, ...waiting }: ShownOptions, events: readonly StoredEvent[]): Promise<void> {
  const last = events.at(-1);
  if (last !== undefined) await reached(readModel, last.position, waiting);
  const lastInTables = events.findLast(showsInTables);
  if (lastInTables !== undefined) await reached(tables, lastInTables.position, waiting);
}

export const OUTCOMES_PUBLISHER = 'intent-outcomes';
export const OUTCOMES_STREAMS = [
  STREAM_PREFIXES.charger,
  STREAM_PREFIXES.token,
  STREAM_PREFIXES.chargingProfile,
  STREAM_PREFIXES.command,
];

/**
 * Tells callers that their intents are applied, once everything shows the effect. It follows the store with a checkpoint
 * of its own, so it tells them whoever took the intent, and though that process or this one died since.
 */
export function outcomesPublisher(options: ShownOptions & { clock: () => number }): StorePublisher {
  return {
    name: OUTCOMES_PUBLISHER,
    streamPrefixes: OUTCOMES_STREAMS,
    async recordsOf(events) {
      const effects = events.filter(({ metadata }) => typeof metadata.intentId === 'string');
      if (effects.length === 0) return [];
      await shown(options, effects);
      const at = new Date(options.clock()).toISOString();
      const tenants = new Map(effects.map(({ metadata }) => [String(metadata.intentId), String(metadata.tenantId)]));
      return [...tenants].map(([id, tenantId]) => outcomeRecord({ id, tenantId }, null, at));
    },
  };
}

type Asked = Pick<Intent, 'id' | 'tenantId'>;
type Refused = Extract<Update, { kind: 'intent' }>['error'];

function outcomeRecord({ id, tenantId }: Asked, error: Refused, at: string): BusRecord {
  const outcome = error === null ? 'applied' : 'rejected';
  const update: Update = { kind: 'intent', intentId: id, tenantId, outcome, error, at };
  return toBusRecord(TOPICS.updates, id, { id, type: 'IntentOutcome', source: '/core' }, update);
}

/** While the read model is away so many answers are held back; callers of others have long stopped waiting. */
const MAX_WAITING = 20_000;

/** What whoever takes an intent tells itself: that it is refused, or that it was so already. */
export class IntentOutcomes {
  private readonly waiting = new Set<Promise<void>>();

  constructor(
    private readonly options: ShownOptions & { bus: EventBus; clock: () => number; logger: Logger | undefined },
  ) {}

  async rejected(intent: Intent, { rejected, message }: Rejection): Promise<void> {
    await this.publish(intent, { code: rejected, message });
  }

  /**
   * Nothing was to be done, but what was done before may not show yet: told once it does.
   * @param stream where the intent would have had its effect
   */
  unchanged(intent: Intent, stream: string): Promise<void> {
    if (this.waiting.size >= MAX_WAITING) return Promise.resolve();
    const told: Promise<void> = this.tellUnchanged(intent, stream)
      .catch((error: unknown) => {
        if (!this.options.signal.aborted) this.warn(error);
      })
      .finally(() => this.waiting.delete(told));
    this.waiting.add(told);
    return told;
  }

  /** Resolves when nobody waits for an answer from here. */
  async idle(): Promise<void> {
    await Promise.all(this.waiting);
  }

  private async tellUnchanged(intent: Intent, stream: string): Promise<void> {
    const last: StoredEvent[] = [];
    for await (const event of this.options.store.readStream(stream, { direction: 'backwards', limit: 1 })) {
      last.push(event);
    }
    const [newest] = last;
    if (newest !== undefined) {
      const { readModel, tables } = this.options;
      await reached(readModel, newest.position, this.options);
      if (tables.streamPrefixes.some((prefix) => stream.startsWith(prefix))) {
        await reached(tables, newest.position, this.options);
      }
    }
    await this.publish(intent, null);
  }

  /** A hint to somebody who waits: when the bus is away the caller's wait ends in a timeout, and nothing is lost. */
  private async publish(intent: Intent, error: Refused): Promise<void> {
    try {
      await this.options.bus.publish([outcomeRecord(intent, error, new Date(this.options.clock()).toISOString())]);
    } catch (cause) {
      this.warn(cause);
    }
  }

  private warn(error: unknown): void {
    this.options.logger?.warn({ err: error }, 'the outcome of an intent could not be told');
  }
}
