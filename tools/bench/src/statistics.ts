/** What a series of latencies comes down to; all in milliseconds. */
export interface LatencySummary {
  count: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/**
 * The value below which the share `quantile` of a sorted series lies, by the nearest-rank method: always a value that
 * was measured, never one in between.
 * @param sorted ascending
 * @param quantile above 0, at most 1
 * @throws RangeError for an empty series or a quantile outside its range
 */
export function percentile(sorted: ArrayLike<number>, quantile: number): number {
  if (sorted.length === 0) throw new RangeError('A percentile needs at least one value; nothing was measured.');
  if (!(quantile > 0 && quantile <= 1)) throw new RangeError(`A quantile lies in (0, 1]; ${quantile} does not.`);
  // 0.07 * 100 is 7.000000000000001: without the rounding the rank would be one too high.
  const rank = Math.ceil(Number((quantile * sorted.length).toFixed(6)));
  return sorted[rank - 1] as number;
}

/** Sorts a copy of the values; null when there are none. */
export function summariseLatencies(valuesMs: Iterable<number>): LatencySummary | null {
  const sorted = Float64Array.from(valuesMs).sort();
  if (sorted.length === 0) return null;
  return {
    count: sorted.length,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    maxMs: sorted[sorted.length - 1] as number,
  };
}

/** Null for an empty series. */
export function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Middle value, or the mean of the two in the middle; null for an empty series. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** `value / baseline`; null when either is missing or the baseline is not a positive number. */
export function ratio(value: number | null, baseline: number | null): number | null {
  if (value === null || baseline === null || !(baseline > 0) || !Number.isFinite(value)) return null;
  return value / baseline;
}

/** Events per second; null when no time passed. */
export function perSecond(count: number, elapsedMs: number): number | null {
  return elapsedMs > 0 ? (count * 1000) / elapsedMs : null;
}

/** CPU seconds spent on 1,000 messages; null when there were none. */
export function cpuSecondsPerThousand(cpuMicroseconds: number, messages: number): number | null {
  return messages > 0 ? cpuMicroseconds / 1e6 / (messages / 1000) : null;
}
