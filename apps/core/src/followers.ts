import type { EventStore } from '@chargestream/event-store';
import type { Pause } from './timers';

/** Something that follows the store, in this process or another: the read model, a publisher. */
export interface Follower {
  streamPrefixes: readonly string[];
  /** Of the last event it has dealt with; null when there is none. */
  position: () => Promise<string | null>;
}

export interface Waiting {
  store: EventStore;
  pause: Pause;
  signal: AbortSignal;
}

const LOOK_MS = 25;
const RETRY_MS = 500;

/**
 * Resolves when the follower has dealt with the event at `position`. While it cannot be asked (the read model is away) it
 * is asked again.
 * @throws when the signal aborts.
 */
export async function reached(follower: Follower, position: string, { store, pause, signal }: Waiting): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const at = await follower.position().catch(() => undefined);
    if (typeof at === 'string' && store.comparePositions(at, position) >= 0) return;
    await pause(at === undefined ? RETRY_MS : LOOK_MS);
  }
}

/** Resolves when the follower has dealt with everything that is in the store at the call. */
export async function caughtUp(follower: Follower, waiting: Waiting): Promise<void> {
  let last: string | null = null;
  const { streamPrefixes } = follower;
  for await (const { position } of waiting.store.readAll({ from: await follower.position(), streamPrefixes })) {
    last = position;
  }
  if (last !== null) await reached(follower, last, waiting);
}
