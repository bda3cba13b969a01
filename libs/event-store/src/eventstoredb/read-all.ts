import type { EventStoreDBClient, Position } from '@eventstore/db-client';
import type { StoredEvent } from '../port';
import { Feed } from './feed';
import { comparePositions, parsePosition } from './position';

export interface ReadAllOptions {
  client: EventStoreDBClient;
  /** Exclusive. */
  from: Position | null;
  /** Inclusive. */
  end: Position;
  streamPrefixes: readonly string[] | undefined;
  /** How long nothing may come, ms. */
  waitMs: number;
}

const BATCH = 500;

/** A filtered read of $all, which the client cannot do: by a subscription that ends where the log ended. @throws what broke it */
export async function* readAllByFeed({
  client,
  from,
  end,
  streamPrefixes,
  waitMs,
}: ReadAllOptions): AsyncIterable<StoredEvent> {
  let wake: () => void = () => undefined;
  const feed = new Feed({ client, from, streamPrefixes, onChange: () => wake() });
  const isWaiting = () => feed.queue.length === 0 && !feed.caughtUp && feed.failure === null;
  try {
    for (;;) {
      const events = feed.take(BATCH);
      for (const event of events) {
        if (comparePositions(parsePosition(event.position), end) > 0) return;
        yield event;
      }
      if (events.length > 0) continue;
      if (feed.caughtUp) return;
      else if (feed.failure !== null) throw feed.failure;
      else {
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error(`nothing came within ${waitMs} ms`)), waitMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
          if (!isWaiting()) wake();
        });
      }
    }
  } finally {
    await feed.close();
  }
}
