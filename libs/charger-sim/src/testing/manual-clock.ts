import type { Clock } from '../clock';

interface Timer {
  dueMs: number;
  order: number;
  callback: () => void;
}

/** A clock that moves only when told; timers fire in the order they are due. For tests. */
export class ManualClock implements Clock {
  private readonly timers = new Set<Timer>();
  private order = 0;

  constructor(private nowMs = Date.parse('2026-03-01T08:00:00.000Z')) {}

  now(): number {
    return this.nowMs;
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.nowMs + Math.max(0, delayMs), order: this.order++, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  get pendingTimers(): number {
    return this.timers.size;
  }

  advance(byMs: number): void {
    const untilMs = this.nowMs + byMs;
    for (let next = this.next(untilMs); next; next = this.next(untilMs)) this.fire(next);
    this.nowMs = untilMs;
  }

  /**
   * Lets time pass, timer by timer, with turns of the event loop between them for real sockets, until the condition holds.
   * @throws Error when it does not hold within `limitMs` of real time.
   */
  async runUntil(condition: () => boolean, what = 'the condition', limitMs = 10_000): Promise<void> {
    const startedMs = performance.now();
    while (!condition()) {
      if (performance.now() - startedMs > limitMs) throw new Error(`Waited ${limitMs} ms in vain for ${what}`);
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      if (condition()) return;
      const next = this.next(Number.POSITIVE_INFINITY);
      if (next) this.fire(next);
    }
  }

  private next(untilMs: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.dueMs > untilMs) continue;
      if (!first || timer.dueMs < first.dueMs || (timer.dueMs === first.dueMs && timer.order < first.order))
        first = timer;
    }
    return first;
  }

  private fire(timer: Timer): void {
    this.timers.delete(timer);
    this.nowMs = Math.max(this.nowMs, timer.dueMs);
    timer.callback();
  }
}
