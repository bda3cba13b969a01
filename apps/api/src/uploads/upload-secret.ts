import { randomBytes, randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

const FILE = 'upload-secret';
const BYTES = 32;

/**
 * The secret in the folder, made on first use and readable by its owner only. Of processes that make it at once one wins, and all
 * of them use that one.
 * @throws Error of the file system, or with a sentence when the file holds something else.
 */
export async function keptUploadSecret(folder: string): Promise<Buffer> {
  const file = path.join(folder, FILE);
  const known = await readSecret(file);
  if (known !== null) return known;
  const own = path.join(folder, `${FILE}.${randomUUID()}`);
  const handle = await open(own, 'wx', 0o600);
  try {
    await handle.writeFile(randomBytes(BYTES).toString('hex'));
    await handle.sync();
    // Complete before it has the name, and nobody's is overwritten.
    await link(own, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await handle.close();
    await rm(own, { force: true });
  }
  return (await readSecret(file)) ?? (await keptUploadSecret(folder));
}

async function readSecret(file: string): Promise<Buffer | null> {
  try {
    const text = (await readFile(file, 'utf8')).trim();
    if (!/^[0-9a-f]{64}$/.test(text)) {
      throw new Error(`${file} is no secret of uploads: remove it and a new one is made, or set UPLOAD_SECRET.`);
    }
    return Buffer.from(text, 'hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
