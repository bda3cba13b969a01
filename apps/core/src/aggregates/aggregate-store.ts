import { LRUCache } from 'lru-cache';
import type { Decider, FactContext } from '@chargestream/domain';
import type { EventStore, ExpectedRevision, NewEvent, StoredEvent } from '@chargestream/event-store';
import { PoisonError } from './poison-error';

/** What an aggregate's past has made of it, and the revision of its last event. */
export interface Loaded {
  state: unknown;
  revision: ExpectedRevision;
}

type AnyDecider = Pick<Decider<never, never, never>, never> & {
  initialState: unknown;
  evolve(state: never, fact: never, context: FactContext): unknown;
};

/**
 * Aggregates by stream, with the newest states kept in memory so that a busy stream is not read again. The cache is a
 * hint: every append names the exact revision, so a stale state is found out by the store, never written over.
 */
export class AggregateStore {
  private readonly cache: LRUCache<string, Loaded>;

  constructor(
    private readonly store: EventStore,
    cacheSize: number,
  ) {
    this.cache = new LRUCache({ max: cacheSize });
  }

  /**
   * @throws StoreUnavailableError when the store cannot be read.
   * @throws PoisonError when the stored past cannot be understood.
   */
  async load(decider: AnyDecider, stream: string): Promise<Loaded> {
    const cached = this.cache.get(stream);
    if (cached !== undefined) return cached;
    let state = decider.initialState;
    let revision: ExpectedRevision = 'no-stream';
    for await (const event of this.store.readStream(stream)) {
      state = evolveStored(decider, state, event);
      revision = event.revision;
    }
    const loaded: Loaded = { state, revision };
    if (revision !== 'no-stream') this.cache.set(stream, loaded);
    return loaded;
  }

  cached(stream: string): Loaded | undefined {
    return this.cache.get(stream);
  }

  async append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision, state: unknown): Promise<void> {
    const { revision } = await this.store.append(stream, events, expected);
    this.cache.set(stream, { state, revision });
  }

  /** After any failed append it is not known where the stream is. */
  forget(stream: string): void {
    this.cache.delete(stream);
  }
}

function evolveStored(decider: AnyDecider, state: unknown, event: StoredEvent): unknown {
  try {
    const fact = { type: event.type, data: event.data };
    return decider.evolve(state as never, fact as never, event.metadata as unknown as FactContext);
  } catch (cause) {
    throw new PoisonError(`${event.stream} cannot be read past revision ${event.revision} (${event.type})`, { cause });
  }
}
