/**
 * The newest ~1,000 numbers or ids an aggregate has dealt with: enough to recognise a redelivered batch (at most 500
 * records) and a charger's retries, and bounded whatever a charger sends. Ids are kept as 53-bit fingerprints because
 * there is one such list per session: 8 KB instead of 60 KB. A false match (1 in 10^13 per event) would drop one event.
 *
 * Immutable: adding copies one chunk of 64, not the list.
 */
export interface RecentNumbers {
  /** Oldest first. */
  readonly chunks: readonly (readonly number[])[];
}
export type RecentIds = RecentNumbers;

const CHUNK = 64;
const CHUNKS = 17;

export const NO_NUMBERS: RecentNumbers = { chunks: [] };
export const NO_IDS: RecentIds = NO_NUMBERS;

export function hasNumber(recent: RecentNumbers, number: number): boolean {
  for (let index = recent.chunks.length - 1; index >= 0; index--) {
    if (recent.chunks[index]!.includes(number)) return true;
  }
  return false;
}

export function rememberNumber(recent: RecentNumbers, number: number): RecentNumbers {
  const { chunks } = recent;
  const last = chunks.at(-1);
  if (last === undefined) return { chunks: [[number]] };
  // Several facts of one event follow each other.
  if (last.at(-1) === number) return recent;
  if (last.length < CHUNK) return { chunks: [...chunks.slice(0, -1), [...last, number]] };
  return { chunks: [...(chunks.length < CHUNKS ? chunks : chunks.slice(1)), [number]] };
}

export function hasSeen(recent: RecentIds, id: string): boolean {
  return hasNumber(recent, fingerprint(id));
}

export function remember(recent: RecentIds, id: string): RecentIds {
  return rememberNumber(recent, fingerprint(id));
}

/** cyrb53 (public domain): 53 well-mixed bits of a string. */
function fingerprint(id: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < id.length; index++) {
    const code = id.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
