import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** scrypt parameters of new hashes: 16 MiB and about 40 ms each. They stand in the hash, so they may change. */
const COST = 2 ** 14;
const BLOCK_SIZE = 8;
const PARALLEL = 1;
const KEY_BYTES = 32;
/** Refuse hashes that would take more than this to check: they are not ours. */
const MAX_MEMORY_BYTES = 256 * 1024 * 1024;

function derive(password: string | Buffer, salt: Buffer, bytes: number, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(password, salt, bytes, { ...options, maxmem: MAX_MEMORY_BYTES }, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
}

/** @returns `scrypt$N$r$p$salt$key`, salt and key in base64: all that is ever stored of a password. */
export async function hashPassword(password: string | Buffer): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, KEY_BYTES, { N: COST, r: BLOCK_SIZE, p: PARALLEL });
  return ['scrypt', COST, BLOCK_SIZE, PARALLEL, salt.toString('base64'), key.toString('base64')].join('$');
}

/** Compares in constant time. False for a wrong password and for a hash that is not one of `hashPassword`. */
export async function verifyPassword(password: string | Buffer, hash: string): Promise<boolean> {
  const [scheme, cost, blockSize, parallel, salt, key, ...rest] = hash.split('$');
  if (scheme !== 'scrypt' || !cost || !blockSize || !parallel || !salt || !key || rest.length > 0) return false;
  const expected = Buffer.from(key, 'base64');
  const options = { N: Number(cost), r: Number(blockSize), p: Number(parallel) };
  if (expected.length === 0 || Object.values(options).some((value) => !Number.isSafeInteger(value) || value < 1))
    return false;
  try {
    const actual = await derive(password, Buffer.from(salt, 'base64'), expected.length, options);
    return timingSafeEqual(actual, expected);
  } catch {
    return false; // parameters that scrypt refuses: not a hash of ours
  }
}
