import type { BusRecord } from '../port';

export interface EncodedRecord {
  record: { topic: string; key: string; value: Buffer | null; headers: Record<string, string> };
  /** Null when there are no headers. */
  headersJson: string | null;
  /** Roughly what it weighs in memory. */
  bytes: number;
}

/**
 * Checks and copies a record before it meets the database, so that one bad record fails its own publish and no other.
 * @throws TypeError
 */
export function encodeRecord({ topic, key, value, headers }: BusRecord): EncodedRecord {
  if (typeof topic !== 'string' || topic === '') throw new TypeError('A record needs a topic.');
  if (typeof key !== 'string') throw new TypeError(`A record for ${topic} needs a key.`);
  // SQLite ends a text at NUL when it gives it back: the key would be another one after a restart.
  if (key.includes('\0')) throw new TypeError(`A key for ${topic} has a NUL character: escape it.`);
  if (value !== null && !Buffer.isBuffer(value)) {
    throw new TypeError(`The value of a record for ${topic} must be a Buffer, or null for a tombstone.`);
  }
  const headersJson = headers === undefined ? null : JSON.stringify(headers);
  return {
    record: { topic, key, value, headers: { ...headers } },
    headersJson,
    bytes: 200 + key.length + (value?.length ?? 0) + (headersJson?.length ?? 0),
  };
}
