import { createHash } from 'node:crypto';

/**
 * PostgreSQL refuses rows whose entry in an index is over 2,704 bytes, three to a character at worst: one idToken of a
 * hostile charger would stop the projections for good. What is longer is cut, on both databases, and ends in its hash.
 */
const MAX_KEY_LENGTH = 640;

/** As long as OCPP lets an idToken be (2.1 IdTokenType). */
const MAX_ID_TOKEN_LENGTH = 255;

const HASH_LENGTH = 64;
/** Half of a character, and NUL: databases store them as something else, and the row would not be found by its key again. */
const NOT_STORABLE = /[\0\p{Surrogate}]/u;

/** The key under which a row lies: of any text another one, and the same when it is given again. */
export function storedKey(key: string): string {
  return key.length <= MAX_KEY_LENGTH && !NOT_STORABLE.test(key) ? key : cut(key, MAX_KEY_LENGTH);
}

/** What sessions show of an idToken and are found by; the event store has all of it. */
export function indexedIdToken(idToken: string): string {
  return idToken.length <= MAX_ID_TOKEN_LENGTH ? idToken : cut(idToken, MAX_ID_TOKEN_LENGTH);
}

function cut(text: string, length: number): string {
  const head = text.slice(0, length - HASH_LENGTH - 1).replaceAll(new RegExp(NOT_STORABLE, 'gu'), '\ufffd');
  // UTF-16, so that texts that differ by half a character differ here.
  return `${head}#${createHash('sha256').update(text, 'utf16le').digest('hex')}`;
}
