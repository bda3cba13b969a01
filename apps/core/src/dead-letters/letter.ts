import { deadLetterKey, TOPICS } from '@chargestream/contracts';
import type { BusRecord, StoredRecord, TableEntry } from '@chargestream/event-bus';

/** `poison`: it could not be handled. `behind`: it came after one that could not, for the same charger. */
export type LetterReason = 'poison' | 'behind';

/** A record that is parked. */
export interface Letter {
  /** Its key among the dead letters: the record's key and where it was. Stays the same when a replay fails. */
  id: string;
  /** As it was on its topic, at its place; `storedAtMs` is when it was parked. */
  record: StoredRecord;
  reason: LetterReason;
  /** Why it could not be handled, or whom it waits for. */
  error: string;
  /** When it was first parked, ISO 8601, our clock. */
  parkedAt: string;
  /** Of the replay that failed last; null when there was none. */
  attempt: string | null;
}

const HEADER = {
  error: 'dead_letter_error',
  /** topic/partition/offset */
  from: 'dead_letter_from',
  at: 'dead_letter_at',
  reason: 'dead_letter_reason',
  attempt: 'dead_letter_attempt',
  /** The record had no value: in a compacted topic that would be the end of the letter. */
  noValue: 'dead_letter_no_value',
  /** On a record that is replayed: the id of its letter. */
  replay: 'dead_letter_replay',
} as const;

/** The letter that a record is the replay of; null for a record that comes for the first time. */
export function replayOf({ headers }: Pick<StoredRecord, 'headers'>): { id: string; attempt: string | null } | null {
  const id = headers[HEADER.replay];
  return id === undefined ? null : { id, attempt: headers[HEADER.attempt] ?? null };
}

/** A record that comes again because offsets were not committed has the same id. */
export function letterId(record: StoredRecord): string {
  return replayOf(record)?.id ?? deadLetterKey(record.key, record);
}

export function newLetter(record: StoredRecord, reason: LetterReason, error: string, nowMs: number): Letter {
  return { id: letterId(record), record, reason, error, parkedAt: new Date(nowMs).toISOString(), attempt: null };
}

/** The letter as a record of the dead letters' topic: the bytes as they were, the rest in headers. */
export function letterRecord({ id, record, reason, error, parkedAt, attempt }: Letter): BusRecord {
  return {
    topic: TOPICS.deadLetters,
    key: id,
    value: record.value ?? Buffer.alloc(0),
    headers: {
      ...original(record.headers),
      ...(record.value === null ? { [HEADER.noValue]: 'true' } : {}),
      [HEADER.error]: error,
      [HEADER.from]: `${record.topic}/${record.partition}/${record.offset}`,
      [HEADER.at]: parkedAt,
      [HEADER.reason]: reason,
      ...(attempt === null ? {} : { [HEADER.attempt]: attempt }),
    },
  };
}

/** The end of a letter: it was handled, or discarded. */
export function noLetterRecord(id: string): BusRecord {
  return { topic: TOPICS.deadLetters, key: id, value: null, headers: {} };
}

/** @returns null for what is no letter. */
export function readLetter({ key, value, headers }: TableEntry): Letter | null {
  const [, topic, partition, offset] = /^(.+)\/(\d+)\/(\d+)$/.exec(headers[HEADER.from] ?? '') ?? [];
  if (topic === undefined) return null;
  const parkedAt = headers[HEADER.at] ?? '';
  return {
    id: key,
    record: {
      topic,
      partition: Number(partition),
      offset: Number(offset),
      key: originalKey(key),
      value: headers[HEADER.noValue] === undefined ? value : null,
      headers: original(headers),
      storedAtMs: Date.parse(parkedAt) || 0,
    },
    reason: headers[HEADER.reason] === 'behind' ? 'behind' : 'poison',
    error: headers[HEADER.error] ?? '',
    parkedAt,
    attempt: headers[HEADER.attempt] ?? null,
  };
}

/** The record once more, for who handles its topic. `attempt` comes back in the letter when it fails again. */
export function replayRecord({ id, record }: Letter, attempt: string): BusRecord {
  const { topic, key, value, headers } = record;
  return { topic, key, value, headers: { ...headers, [HEADER.replay]: id, [HEADER.attempt]: attempt } };
}

/** In the order in which they came. Places compare within a partition; after a change of partitions, times do. */
export function compareLetters(a: Letter, b: Letter): number {
  if (a.record.partition !== b.record.partition && a.record.storedAtMs !== b.record.storedAtMs) {
    return a.record.storedAtMs - b.record.storedAtMs;
  }
  return a.record.offset - b.record.offset;
}

/** Only a letter of the chargers' events holds up what comes after it: nothing else has an order to keep. */
export function parksItsKey({ record }: Letter): boolean {
  return record.topic === TOPICS.chargerEvents;
}

/** The key that the record of a letter had. */
export function originalKey(id: string): string {
  const end = id.lastIndexOf('#');
  return end < 0 ? id : id.slice(0, end);
}

function original(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('dead_letter_')));
}
