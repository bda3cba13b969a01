/** The 2.x sequence numbers of a session as ranges, lowest first. 1.6 has none. */
export interface SequenceState {
  /** seqNo of the Started event; null while it has not come. */
  readonly first: number | null;
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

export const NO_SEQUENCE: SequenceState = { first: null, ranges: [] };

/** A hostile charger can leave a gap everywhere: beyond this the oldest gaps are closed. */
const MAX_RANGES = 200;
const MAX_MISSING = 1_000;

export function highest(sequence: SequenceState): number | null {
  return sequence.ranges.at(-1)?.[1] ?? null;
}

export function hasSeqNo(sequence: SequenceState, seqNo: number): boolean {
  return sequence.ranges.some(([from, to]) => seqNo >= from && seqNo <= to);
}

export function withSeqNo(sequence: SequenceState, seqNo: number | null, isStart = false): SequenceState {
  if (seqNo === null) return sequence;
  const first = isStart ? seqNo : sequence.first;
  if (hasSeqNo(sequence, seqNo)) return first === sequence.first ? sequence : { ...sequence, first };
  const last = sequence.ranges.at(-1);
  if (last !== undefined && seqNo === last[1] + 1) {
    return { first, ranges: [...sequence.ranges.slice(0, -1), [last[0], seqNo]] };
  }
  const sorted = [...sequence.ranges, [seqNo, seqNo] as const].sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of sorted) {
    const before = merged.at(-1);
    if (before !== undefined && from <= before[1] + 1) before[1] = Math.max(before[1], to);
    else merged.push([from, to]);
  }
  while (merged.length > MAX_RANGES) {
    const [oldest, next] = merged.splice(0, 2) as [[number, number], [number, number]];
    merged.unshift([oldest[0], next[1]]);
  }
  return { first, ranges: merged };
}

/**
 * What has not come between the start and the highest number seen, at most 1,000 of them. While the Started event is
 * unknown, from 0 (2.0.1 part 2, E 1.3.2: a transaction SHOULD begin with seqNo 0), unless the numbers are so high that
 * the charger plainly counts on for ever, which it may.
 */
export function missingSeqNos(sequence: SequenceState): number[] {
  const missing: number[] = [];
  const lowest = sequence.ranges[0]?.[0] ?? 0;
  let expected = sequence.first ?? (lowest < MAX_MISSING ? 0 : lowest);
  for (const [from, to] of sequence.ranges) {
    for (; expected < from && missing.length < MAX_MISSING; expected++) missing.push(expected);
    expected = Math.max(expected, to + 1);
  }
  return missing;
}
