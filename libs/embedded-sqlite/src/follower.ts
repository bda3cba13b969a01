export interface Page<T> {
  items: T[];
  /** Where the next read begins; equal to where this one began when there is nothing more yet. */
  next: number;
}

export interface FollowerOptions<T> {
  /** Number of the first entry to hand over. Not called before the follower runs. */
  start: () => number;
  read: (from: number) => Page<T>;
  handle: (items: readonly T[]) => Promise<void>;
  /** Everything below `next` is done. */
  handled?: (items: readonly T[], next: number) => void;
  onError?: (error: unknown, items: readonly T[]) => void;
  /** First pause after a rejection, doubled up to 50 times of it. Default 100. */
  retryMs?: number;
  /**
   * Under load, at least this long from one page to the next, so that a page gathers what came meanwhile; the first after
   * a quiet time comes at once, and so does the next of a backlog. Default 0.
   */
  gatherMs?: number | undefined;
  /** A page with at least as many entries is part of a backlog. Default 100. */
  backlogFrom?: number;
}

/** Walks along a log one page at a time, never two at once, waits at its end and repeats a page that was rejected. */
export class Follower<T> {
  private next = 0;
  private wakeUp: (() => void) | undefined;
  private stopped = false;
  private lastPageAtMs = -Infinity;
  private running: Promise<void> | undefined;
  private waiters: { target: number; resolve: () => void; reject: (error: Error) => void }[] = [];

  constructor(private readonly options: FollowerOptions<T>) {}

  /** Begins to follow; a second call changes nothing. */
  run(): void {
    this.running ??= this.loop();
  }

  /** Number of the first entry not handled. */
  position(): number {
    return this.next;
  }

  /** There may be more to read. */
  wake(): void {
    this.wakeUp?.();
  }

  /** Resolves when everything below `target` is handled; rejects when the follower is closed before. */
  reached(target: number): Promise<void> {
    if (this.running !== undefined && this.next >= target) return Promise.resolve();
    if (this.stopped) return Promise.reject(closedError());
    return new Promise((resolve, reject) => this.waiters.push({ target, resolve, reject }));
  }

  /** Stops after the page under way. */
  async close(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.running;
    for (const waiter of this.waiters.splice(0)) waiter.reject(closedError());
  }

  private async loop(): Promise<void> {
    this.next = this.options.start();
    this.tellWaiters();
    let rejections = 0;
    while (!this.stopped) {
      // A turn of the event loop for everybody else between two pages.
      await new Promise((resolve) => setImmediate(resolve));
      await this.gather();
      if (this.stopped) return;
      const outcome = await this.step();
      if (outcome === 'end') await this.sleep(undefined);
      rejections = outcome === 'rejected' ? rejections + 1 : 0;
      if (outcome === 'rejected') await this.sleep((this.options.retryMs ?? 100) * Math.min(2 ** (rejections - 1), 50));
    }
  }

  private async gather(): Promise<void> {
    const waitMs = this.lastPageAtMs + (this.options.gatherMs ?? 0) - performance.now();
    if (waitMs > 0) await this.sleep(waitMs);
  }

  private async step(): Promise<'moved' | 'end' | 'rejected'> {
    let items: readonly T[] = [];
    try {
      const page = this.options.read(this.next);
      if (page.next === this.next) return 'end';
      items = page.items;
      const isBacklog = items.length >= (this.options.backlogFrom ?? 100);
      this.lastPageAtMs = isBacklog ? -Infinity : performance.now();
      if (items.length > 0) await this.options.handle(items);
      this.next = page.next;
      this.options.handled?.(items, page.next);
    } catch (error) {
      this.options.onError?.(error, items);
      return 'rejected';
    }
    this.tellWaiters();
    return 'moved';
  }

  private tellWaiters(): void {
    if (this.waiters.length === 0) return;
    for (const waiter of this.waiters.filter(({ target }) => this.next >= target)) waiter.resolve();
    this.waiters = this.waiters.filter(({ target }) => this.next < target);
  }

  /** Until woken, for `ms` at most; a rejected page (`ms` given) waits its time out unless the follower is stopped. */
  private sleep(ms: number | undefined): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(() => done(), ms);
      const done = () => {
        clearTimeout(timer);
        this.wakeUp = undefined;
        resolve();
      };
      this.wakeUp = () => {
        if (ms === undefined || this.stopped) done();
      };
    });
  }
}

function closedError(): Error {
  return new Error('Closed before it had caught up.');
}
