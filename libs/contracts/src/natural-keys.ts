import { createHash } from 'node:crypto';

/** Namespace of every id derived here; fixed for ever, or replays would get new ids. */
const NAMESPACE = Buffer.from('6f1d3a5ec0de4b3f9d2c7a1e8b4f6c90', 'hex');

type KeyPart = string | number | null;

/** Unambiguous: `['a', 'b/c']` and `['a/b', 'c']` differ, and so do 1 and '1'. */
function serialise(parts: readonly KeyPart[]): string {
  return JSON.stringify(parts);
}

/** UUIDv5 (RFC 9562) of a natural key: the same fact gets the same id on any node, at any time. */
export function eventId(...parts: readonly KeyPart[]): string {
  const hash = createHash('sha1').update(NAMESPACE).update(serialise(parts)).digest();
  hash[6] = ((hash[6] as number) & 0x0f) | 0x50;
  hash[8] = ((hash[8] as number) & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** 128 bits of a natural key, 32 hex digits: the identity of a session. */
export function sessionKey(...parts: readonly KeyPart[]): string {
  return createHash('sha256').update('session').update(serialise(parts)).digest('hex').slice(0, 32);
}

/** First 128 bits of SHA-256, hex: tells a repeated payload from a different one. */
export function payloadHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/**
 * The 1.6 transactionId for a session: a positive 31-bit integer taken from the session's key, so that a retransmitted
 * StartTransaction gets the same id on any node, after any crash, with no round trip. Never 0.
 */
export function transactionIdOf(key: string): number {
  const id = Number.parseInt(key.slice(0, 8), 16) & 0x7fffffff;
  return id === 0 ? 1 : id;
}
