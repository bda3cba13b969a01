import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';

export interface ReceivedFile {
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
  /** Gives the file its name for good. @returns false when another one has it already: the token was used. */
  keep(): Promise<boolean>;
  /** Removes what was received and not kept. */
  discard(): Promise<void>;
}

/** More came than may. */
export class TooLargeError extends Error {
  constructor(readonly maxBytes: number) {
    super(`More than ${maxBytes} bytes.`);
    this.name = 'TooLargeError';
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Uploaded files in a folder that several api may share. A file is complete and on the disk before it has its name, and a name is
 * given once (link(2) never overwrites): the name being that of the token makes the token good for one file, whichever api it
 * comes to and whatever was restarted in between.
 */
export class UploadStore {
  constructor(private readonly folder: string) {}

  /** @throws TooLargeError, or the stream's or file system's error; nothing is left behind then. */
  async receive(fileId: string, source: Readable, maxBytes: number): Promise<ReceivedFile> {
    const file = this.pathOf(fileId);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const part = `${file}.${randomUUID()}.part`;
    const discard = () => rm(part, { force: true });
    try {
      const handle = await open(part, 'wx', 0o600);
      try {
        const received = await writeAll(handle, source, maxBytes);
        await handle.sync();
        return { ...received, keep: () => this.name(part, file), discard };
      } finally {
        await handle.close();
      }
    } catch (error) {
      await discard();
      throw error;
    }
  }

  /** Whether a file was kept under this id. */
  async has(fileId: string): Promise<boolean> {
    return (await this.sizeOf(fileId)) !== null;
  }

  /** Its bytes; null when it is not here. */
  async sizeOf(fileId: string): Promise<number | null> {
    try {
      return (await stat(this.pathOf(fileId))).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  read(fileId: string): Readable {
    return createReadStream(this.pathOf(fileId));
  }

  async remove(fileId: string): Promise<void> {
    await rm(this.pathOf(fileId), { force: true });
  }

  private async name(part: string, file: string): Promise<boolean> {
    try {
      await link(part, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(part, { force: true });
    }
    // The name too is to be there after a loss of power.
    const folder = await open(this.folder, 'r');
    await folder.sync().finally(() => folder.close());
    return true;
  }

  private pathOf(fileId: string): string {
    if (!UUID.test(fileId)) throw new Error(`${JSON.stringify(fileId)} is no id of a file.`);
    return path.join(this.folder, fileId);
  }
}

async function writeAll(handle: FileHandle, source: Readable, maxBytes: number) {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TooLargeError(maxBytes);
    hash.update(chunk);
    await handle.writeFile(chunk);
  }
  return { bytes, sha256: hash.digest('hex') };
}
