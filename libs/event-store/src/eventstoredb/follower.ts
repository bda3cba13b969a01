import type { EventStoreDBClient, Position } from '@eventstore/db-client';
import type { StoredEvent, StoreSubscribeOptions, StoreSubscription } from '../port';
import { Feed } from './feed';
import { comparePositions, parsePosition } from './position';

export interface FollowerOptions extends StoreSubscribeOptions {
  client: EventStoreDBClient;
  /** Position of the newest event of our streams now; null when there is none. */
  newest: (after: Position | null) => Promise<string | null>;
  onFeedFailed: (error: unknown) => void;
  onFeedWorks: () => void;
}

const BATCH = 500;
const RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;

/**
 * Follows $all: batch after batch, never two at once, the same batch again when it is rejected, and a new subscription from the last
 * handled event on whenever one breaks.
 */
export class Follower implements StoreSubscription {
  private handled: string | null;
  /** Where a new subscription begins: the last handled event, or further if the filter has looked further. */
  private resumeFrom: Position | null;
  private feed: Feed | null = null;
  private wake: () => void = () => undefined;
  private closed = false;
  private readonly running: Promise<void>;
  private readonly untilLive: { resolve: () => void; reject: (error: Error) => void }[] = [];
  private waiters: { target: string; resolve: () => void; reject: (error: Error) => void }[] = [];

  constructor(private readonly options: FollowerOptions) {
    this.handled = options.from;
    this.resumeFrom = options.from === null ? null : parsePosition(options.from);
    this.running = this.run();
  }

  position(): string | null {
    return this.handled;
  }

  async caughtUp(): Promise<void> {
    // Before that there is a log to read, which to ask for its newest event of ours would be to read twice.
    if (this.closed) throw closedError();
    await new Promise<void>((resolve, reject) => {
      this.untilLive.push({ resolve, reject });
      this.wake();
    });
    const target = await this.newest();
    if (target === null || this.hasReached(target)) return;
    if (this.closed) throw closedError();
    await new Promise<void>((resolve, reject) => this.waiters.push({ target, resolve, reject }));
  }

  async close(): Promise<void> {
    this.closed = true;
    this.wake();
    await this.running;
    for (const { reject } of [...this.untilLive.splice(0), ...this.waiters.splice(0)]) reject(closedError());
  }

  /** Asks until the store answers: what follows a store waits for it. */
  private async newest(): Promise<string | null> {
    for (;;) {
      if (this.closed) throw closedError();
      try {
        return await this.options.newest(this.resumeFrom);
      } catch (error) {
        this.options.onError?.(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  private hasReached(target: string): boolean {
    return this.handled !== null && comparePositions(parsePosition(this.handled), parsePosition(target)) >= 0;
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.closed; failures++) {
      const { client, streamPrefixes } = this.options;
      const feed = new Feed({ client, from: this.resumeFrom, streamPrefixes, onChange: () => this.wake() });
      this.feed = feed;
      try {
        await this.drain(feed, () => (failures = 0));
      } catch (error) {
        this.options.onFeedFailed(error);
        this.options.onError?.(error);
      }
      await feed.close();
      if (!this.closed) await this.sleep(Math.min(RETRY_MS * 2 ** Math.min(failures, 10), MAX_RETRY_MS));
    }
  }

  /** @throws what broke the feed, when everything that came before is handled */
  private async drain(feed: Feed, onProgress: () => void): Promise<void> {
    const { maxBatchSize = BATCH, gatherMs = 0 } = this.options;
    let lastBatchAtMs = -Infinity;
    while (!this.closed) {
      // Also with events in the queue, which is never empty where more comes than is handled.
      if (feed.caughtUp) this.isLive();
      if (feed.queue.length === 0) {
        this.skipTo(feed.scanned);
        if (feed.failure !== null) throw feed.failure;
        await this.sleep(null);
        continue;
      }
      const gatherForMs = lastBatchAtMs + gatherMs - performance.now();
      if (gatherForMs > 0 && feed.queue.length < maxBatchSize) await this.sleep(gatherForMs, true);
      if (this.closed) return;
      lastBatchAtMs = performance.now();
      await this.handle(feed.take(maxBatchSize));
      this.options.onFeedWorks();
      onProgress();
    }
  }

  /** Never back: what was handled does not come again. */
  private skipTo(scanned: Position | null): void {
    if (scanned === null) return;
    if (this.resumeFrom === null || comparePositions(scanned, this.resumeFrom) > 0) this.resumeFrom = scanned;
  }

  private isLive(): void {
    for (const { resolve } of this.untilLive.splice(0)) resolve();
  }

  private async handle(events: readonly StoredEvent[]): Promise<void> {
    for (let failures = 0; !this.closed; failures++) {
      try {
        await this.options.handle(events);
        break;
      } catch (error) {
        this.options.onError?.(error);
        await this.sleep(Math.min(RETRY_MS * 2 ** Math.min(failures, 10), MAX_RETRY_MS), true);
        if (this.closed) return;
      }
    }
    const last = events.at(-1);
    if (last === undefined) return;
    this.handled = last.position;
    this.resumeFrom = parsePosition(last.position);
    const reached = this.waiters.filter(({ target }) => this.hasReached(target));
    this.waiters = this.waiters.filter((waiter) => !reached.includes(waiter));
    for (const { resolve } of reached) resolve();
  }

  /** Until something happens, `ms` at most. With `through` only the end of this follower cuts it short. */
  private sleep(ms: number | null, through = false): Promise<void> {
    if (this.closed) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.wake = () => undefined;
        resolve();
      };
      const timer = ms === null ? undefined : setTimeout(done, ms);
      this.wake = () => {
        if (!through || this.closed) done();
      };
      // It may have happened just before.
      if (ms === null && this.feed !== null && (this.feed.queue.length > 0 || this.feed.failure !== null)) done();
    });
  }
}

function closedError(): Error {
  return new Error('Closed before it had caught up.');
}
