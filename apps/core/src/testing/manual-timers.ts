import { at } from '@chargestream/domain/testing';
import type { Timers } from '../timers';

interface Timer {
  dueMs: number;
  run: () => void;
}

/** Time that stands still until a test moves it. Begins at noon, like the events of the tests. */
export class ManualTimers implements Timers {
  private nowMs = Date.parse(at(0));
  private readonly timers = new Set<Timer>();

  readonly clock = (): number => this.nowMs;

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.nowMs + Math.max(0, delayMs), run };
    // A pause of milliseconds between retries is not what tests wait for.
    if (delayMs <= 1_000) setImmediate(run);
    else this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** Whether something is due within so many milliseconds. */
  isDueWithin(delayMs: number): boolean {
    return [...this.timers].some(({ dueMs }) => dueMs <= this.nowMs + delayMs);
  }

  /** Moves the clock and fires what is due, earliest first. */
  advance(ms: number): void {
    this.nowMs += ms;
    const due = [...this.timers].filter(({ dueMs }) => dueMs <= this.nowMs).sort((a, b) => a.dueMs - b.dueMs);
    for (const timer of due) {
      this.timers.delete(timer);
      timer.run();
    }
  }
}
