const GROWTH = 1.05;
const SMALLEST_MS = 0.05;

/** Latencies in logarithmic buckets 5 % apart: constant memory however long the run. */
export class LatencyHistogram {
  private readonly buckets: number[] = [];
  private largestMs = 0;
  count = 0;

  record(latencyMs: number): void {
    const index = Math.max(0, Math.ceil(Math.log(latencyMs / SMALLEST_MS) / Math.log(GROWTH)));
    this.buckets[index] = (this.buckets[index] ?? 0) + 1;
    this.largestMs = Math.max(this.largestMs, latencyMs);
    this.count++;
  }

  get maxMs(): number {
    return this.largestMs;
  }

  /** The latency not exceeded by `share` (0..1) of what was recorded, within 5 %; 0 when nothing was. */
  percentileMs(share: number): number {
    const wanted = Math.ceil(this.count * share);
    let seen = 0;
    for (let index = 0; index < this.buckets.length; index++) {
      seen += this.buckets[index] ?? 0;
      if (seen >= wanted && seen > 0) return Math.min(this.largestMs, SMALLEST_MS * GROWTH ** index);
    }
    return this.largestMs;
  }
}
