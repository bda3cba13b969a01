import { LRUCache } from 'lru-cache';
import type { Decider, FactContext } from '@chargestream/domain';
import {
  WrongExpectedRevisionError,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type StoredEvent,
} from '@chargestream/event-store';
import type { Logger } from '@chargestream/service-kit';
import { PoisonError } from './poison-error';
import { Snapshots, type FoundSnapshot, type SnapshotMark } from './snapshots';

/** What an aggregate's past has made of it, and the revision of its last event. */
export interface Loaded {
  state: unknown;
  revision: ExpectedRevision;
  /** Null for aggregates of which no snapshots are kept. */
  snapshots: { mark: SnapshotMark; stateVersion: number } | null;
  /** When it was last known to be the stream's end. */
  asOf: AsOf;
  /** Of a state of its kind in memory; absent where all of them are small. */
  sizeKbOf?: ((state: never) => number) | undefined;
}

/**
 * How new a state must be. A number names a time in which nobody else writes to the stream (see `Continuity`): what was
 * the end of the stream at any moment of it still is. `newest` makes sure by looking into the store.
 */
export type AsOf = number | 'newest';

/** A state as most are. */
const STATE_KB = 4;

type Read = Omit<Loaded, 'asOf' | 'sizeKbOf'>;

type AnyDecider = Pick<Decider<never, never, never>, never> & {
  initialState: unknown;
  stateVersion?: number;
  sizeKbOf?(state: never): number;
  evolve(state: never, fact: never, context: FactContext): unknown;
};

export interface AggregateStoreOptions {
  /** Events of a stream between snapshots, default 200. */
  snapshotEvery?: number;
  logger?: Logger;
  /** Told when another writer was faster. */
  onConflict?: () => void;
}

/**
 * Aggregates by stream, with the newest states kept in memory so that a busy stream is not read again. Other cores write
 * to the same streams. An append names the exact revision, so the store finds a stale state out; but a decision to append
 * nothing has nobody to correct it. Therefore whoever loads says how new it must be, and an older copy is brought up to
 * date by reading what came after it.
 */
export class AggregateStore {
  private readonly cache: LRUCache<string, Loaded>;
  private readonly snapshots: Snapshots;

  constructor(
    private readonly store: EventStore,
    cacheSize: number,
    private readonly options: AggregateStoreOptions = {},
  ) {
    this.cache = new LRUCache({ max: cacheSize, maxSize: cacheSize * STATE_KB, sizeCalculation: sizeKbOf });
    this.snapshots = new Snapshots(store, options.snapshotEvery ?? 200, options.logger);
  }

  /**
   * @throws StoreUnavailableError when the store cannot be read.
   * @throws PoisonError when the stored past cannot be understood.
   */
  async load(decider: AnyDecider, stream: string, asOf: AsOf): Promise<Loaded> {
    const cached = this.cache.get(stream);
    if (cached !== undefined && isNewEnough(cached, asOf)) return cached;
    const read = cached === undefined ? await this.read(decider, stream) : await this.readOn(decider, stream, cached);
    const loaded = { ...read, asOf, sizeKbOf: decider.sizeKbOf };
    if (loaded.revision !== 'no-stream') this.cache.set(stream, loaded);
    return loaded;
  }

  cached(stream: string, asOf: AsOf): Loaded | undefined {
    const cached = this.cache.get(stream);
    return cached !== undefined && isNewEnough(cached, asOf) ? cached : undefined;
  }

  /** Appends to what was loaded; `state` is what the events make of it. */
  async append(stream: string, events: readonly NewEvent[], loaded: Loaded, state: unknown): Promise<void> {
    let revision: number;
    try {
      revision = (await this.store.append(stream, events, loaded.revision)).revision;
    } catch (error) {
      if (error instanceof WrongExpectedRevisionError) this.options.onConflict?.();
      throw error;
    }
    const { snapshots } = loaded;
    this.cache.set(stream, { ...loaded, state, revision });
    // A repeated append may have been followed by others: then the state is not that of the stream's end.
    const isNext = revision === (loaded.revision === 'no-stream' ? -1 : loaded.revision) + events.length;
    if (snapshots === null || !isNext) return;
    const lastEventId = events.at(-1)!.id;
    this.snapshots.afterAppend(stream, snapshots.mark, snapshots.stateVersion, { state, revision, lastEventId });
  }

  /** After any failed append: what is known of the stream is true, but others, or the append itself, may have gone on. */
  doubt(stream: string): void {
    const cached = this.cache.get(stream);
    if (cached !== undefined) this.cache.set(stream, { ...cached, asOf: 'newest' });
  }

  /** Resolves when nothing is being written any more that nobody waits for. */
  idle(): Promise<void> {
    return this.snapshots.idle();
  }

  private async read(decider: AnyDecider, stream: string): Promise<Read> {
    const { stateVersion } = decider;
    if (stateVersion === undefined) return { ...(await this.replay(decider, stream)), snapshots: null };
    const { mark, found } = await this.snapshots.newest(stream, stateVersion);
    const onTop = found === null ? null : await this.replayOnTop(decider, stream, found);
    if (found !== null && onTop !== null) mark.revision = found.revision;
    return { ...(onTop ?? (await this.replay(decider, stream))), snapshots: { mark, stateVersion } };
  }

  /** What others appended since. */
  private async readOn(decider: AnyDecider, stream: string, cached: Loaded): Promise<Read> {
    let { state, revision } = cached;
    const fromRevision = revision === 'no-stream' ? 0 : revision + 1;
    for await (const event of this.store.readStream(stream, { fromRevision })) {
      state = evolveStored(decider, state, event);
      revision = event.revision;
    }
    return { state, revision, snapshots: cached.snapshots };
  }

  private async replay(decider: AnyDecider, stream: string) {
    let state = decider.initialState;
    let revision: ExpectedRevision = 'no-stream';
    for await (const event of this.store.readStream(stream)) {
      state = evolveStored(decider, state, event);
      revision = event.revision;
    }
    return { state, revision };
  }

  /** Null when the snapshot does not fit the stream. Its last event is read again, to be sure that it is the same. */
  private async replayOnTop(decider: AnyDecider, stream: string, found: FoundSnapshot) {
    let { state } = found;
    let revision: number | null = null;
    try {
      for await (const event of this.store.readStream(stream, { fromRevision: found.revision })) {
        if (revision !== null) state = evolveStored(decider, state, event);
        else if (event.revision !== found.revision || event.id !== found.lastEventId) return null;
        revision = event.revision;
      }
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error;
      this.options.logger?.warn({ err: error, stream }, 'a snapshot does not fit; reading the whole stream');
      return null;
    }
    return revision === null ? null : { state, revision };
  }
}

function sizeKbOf({ state, sizeKbOf: sizeOf }: Loaded): number {
  return sizeOf === undefined ? STATE_KB : Math.max(STATE_KB, Math.ceil(sizeOf(state as never)));
}

function isNewEnough(cached: Loaded, asOf: AsOf): boolean {
  return asOf !== 'newest' && cached.asOf === asOf;
}

function evolveStored(decider: AnyDecider, state: unknown, event: StoredEvent): unknown {
  try {
    const fact = { type: event.type, data: event.data };
    return decider.evolve(state as never, fact as never, event.metadata as unknown as FactContext);
  } catch (cause) {
    throw new PoisonError(`${event.stream} cannot be read past revision ${event.revision} (${event.type})`, { cause });
  }
}
