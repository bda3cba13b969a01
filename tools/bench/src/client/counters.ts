import type { LoadWindow } from '../process/protocol';
import { summariseLatencies } from '../statistics';

const CHUNK = 65_536;

/** What all connections of the client count together. */
export class LoadCounters {
  sent = 0;
  answered = 0;
  refusals = 0;
  closedConnections = 0;
  firstProblem: string | null = null;
  lastAnswerAtMs = 0;
  private chunks: Float64Array[] = [];
  private filled = 0;
  private windowStartMs = 0;
  private window: Omit<LoadWindow, 'latency'> | null = null;
  private windowCpu = process.cpuUsage();
  private stampMs = 0;
  private stamp: Uint8Array = Buffer.alloc(24);

  /** @param sentAtMs by the monotonic clock */
  answeredNow(sentAtMs: number): void {
    const now = performance.now();
    this.lastAnswerAtMs = now;
    this.answered += 1;
    const index = this.filled % CHUNK;
    if (index === 0) this.chunks.push(new Float64Array(CHUNK));
    (this.chunks[this.chunks.length - 1] as Float64Array)[index] = now - sentAtMs;
    this.filled += 1;
  }

  refused(text: string): void {
    this.refusals += 1;
    this.firstProblem ??= `the server answered ${text.slice(0, 300)}`;
  }

  closed(reason: string): void {
    this.closedConnections += 1;
    this.firstProblem ??= reason;
  }

  /** The time now, 24 characters of ASCII; written anew once a millisecond. */
  timestamp(): Uint8Array {
    const now = Date.now();
    if (now !== this.stampMs) {
      this.stampMs = now;
      this.stamp = Buffer.from(new Date(now).toISOString(), 'latin1');
    }
    return this.stamp;
  }

  beginWindow(): void {
    this.window = null;
    this.chunks = [];
    this.filled = 0;
    this.windowCpu = process.cpuUsage();
    this.windowStartMs = performance.now();
  }

  /** Only notes where the window ends: sorting now would take the CPU from a server still at work. */
  endWindow(): void {
    const elapsedMs = performance.now() - this.windowStartMs;
    const { user, system } = process.cpuUsage(this.windowCpu);
    this.window = { answered: this.filled, elapsedMs, cpuMicroseconds: user + system };
  }

  /** @throws Error when no window was begun and ended */
  windowResult(): LoadWindow {
    if (this.window === null) throw new Error('The window of the measurement was not closed.');
    return { ...this.window, latency: summariseLatencies(this.latencies(this.window.answered)) };
  }

  private *latencies(count: number): Generator<number> {
    let left = count;
    for (const chunk of this.chunks) {
      if (left <= 0) return;
      yield* chunk.subarray(0, Math.min(left, CHUNK));
      left -= CHUNK;
    }
  }
}
