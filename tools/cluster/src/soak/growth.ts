import type { HeapReading } from './heap-line';

export interface Growth {
  /** Live JavaScript memory (heap and buffers), bytes, medians over the first and the last third after the warm-up. */
  early: number;
  late: number;
  /** Resident memory likewise; told, not judged: freed pages come back late. */
  earlyRss: number;
  lateRss: number;
  /** Of the live memory: 0.1 is a tenth more. */
  share: number;
}

/** Fewer readings say nothing. */
const LEAST_READINGS = 6;

/** How memory grew after the warm-up. @returns null when there are too few readings to tell */
export function growthOf(readings: readonly HeapReading[]): Growth | null {
  if (readings.length < LEAST_READINGS) return null;
  const third = Math.floor(readings.length / 3);
  const first = readings.slice(0, third);
  const last = readings.slice(-third);
  const live = ({ heapUsed, external }: HeapReading) => heapUsed + external;
  const early = median(first.map(live));
  const late = median(last.map(live));
  return {
    early,
    late,
    earlyRss: median(first.map(({ rss }) => rss)),
    lateRss: median(last.map(({ rss }) => rss)),
    share: late / early - 1,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
