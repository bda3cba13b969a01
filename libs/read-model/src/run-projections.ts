import { STREAM_PREFIXES } from '@chargestream/contracts';
import type { EventStore, StoredEvent } from '@chargestream/event-store';
import type { AppliedChange } from './apply';
import type { ReadModel } from './read-model';
import { Teller } from './teller';

export interface RunProjectionsOptions {
  readModel: ReadModel;
  store: EventStore;
  /** Told after the rows are committed. When it rejects it is told again, together with what came since. */
  onApplied: (changes: AppliedChange[]) => Promise<void> | void;
  /** As of the store's subscriptions: under load, how long a batch gathers. */
  gatherMs?: number | undefined;
  /** Called before events are applied; what it returns is called when they are shown, or with the error when they are not. */
  observe?: ((events: readonly StoredEvent[]) => (error?: unknown) => void) | undefined;
  /** CheckpointMovedError tells that another process projects: close these and begin anew. */
  onError?: (error: unknown) => void;
}

export interface RunningProjections {
  /** Resolves when everything in the store at the call is in the read model and `onApplied` was told. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

/** Streams of facts; snapshots of aggregates are none. */
const FACT_STREAMS = Object.values(STREAM_PREFIXES);

/** Follows the store from the read model's checkpoint on. */
export async function runProjections(options: RunProjectionsOptions): Promise<RunningProjections> {
  const { readModel, store, onApplied, observe } = options;
  let position = await readModel.checkpoint();
  const teller = new Teller({ tell: onApplied, onError: options.onError });
  const isNew = (event: StoredEvent) => position === null || store.comparePositions(event.position, position) > 0;
  const subscription = await store.subscribe({
    from: position,
    streamPrefixes: FACT_STREAMS,
    onError: options.onError,
    gatherMs: options.gatherMs,
    handle: async (events) => {
      // After a failure the same events come again, though their rows may be committed.
      const fresh = events.filter(isNew);
      if (fresh.length === 0) return;
      const done = observe?.(fresh);
      try {
        const changes = await readModel.apply(fresh, position);
        position = fresh.at(-1)?.position ?? position;
        teller.add(changes);
      } catch (error) {
        done?.(error);
        throw error;
      }
      done?.();
    },
  });
  return {
    async caughtUp() {
      await subscription.caughtUp();
      await teller.idle();
    },
    async close() {
      await subscription.close();
      await teller.close();
    },
  };
}

/** Events in one transaction of a rebuild. */
const REBUILD_BATCH = 2_000;

export interface ReplayOptions {
  readModel: ReadModel;
  store: EventStore;
  /** Told the events replayed so far after each transaction. */
  onProgress?: (events: number) => void;
}

/**
 * Wipes the read model and replays the whole log.
 * @returns events replayed
 * @throws CheckpointMovedError when another process projects meanwhile: the one that does then rebuilds it by going on.
 */
export async function rebuildReadModel(options: ReplayOptions): Promise<number> {
  await options.readModel.wipe();
  return catchUpReadModel(options);
}

/**
 * Applies what the store holds beyond the read model's checkpoint, and ends there.
 * @returns events replayed
 * @throws CheckpointMovedError when another process projects meanwhile
 */
export async function catchUpReadModel({ readModel, store, onProgress }: ReplayOptions): Promise<number> {
  let position = await readModel.checkpoint();
  let batch: StoredEvent[] = [];
  let done = 0;
  const flush = async () => {
    await readModel.apply(batch, position);
    position = batch.at(-1)?.position ?? position;
    done += batch.length;
    batch = [];
    onProgress?.(done);
    await new Promise((resolve) => setImmediate(resolve));
  };
  for await (const event of store.readAll({ from: position, streamPrefixes: FACT_STREAMS })) {
    if (batch.push(event) >= REBUILD_BATCH) await flush();
  }
  if (batch.length > 0) await flush();
  return done;
}
