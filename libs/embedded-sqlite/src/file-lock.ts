import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';

/** Another process uses the file. */
export class FileInUseError extends Error {
  constructor(lockFile: string, pid: number) {
    super(
      `${lockFile.replace(/\.lock$/, '')} is in use by process ${pid}: stop that one, or set DATA_DIR to another folder. ` +
        `(If no such process exists, delete ${lockFile}.)`,
    );
    this.name = 'FileInUseError';
  }
}

const heldHere = new Set<string>();

/** One process at a time: a file with the owner's pid. A lock whose owner is dead (SIGKILL) is taken over. */
export class FileLock {
  private constructor(private readonly file: string) {}

  /** @throws FileInUseError */
  static acquire(file: string): FileLock {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        const handle = openSync(file, 'wx', 0o600);
        writeSync(handle, JSON.stringify({ pid: process.pid, host: hostname() }));
        closeSync(handle);
        heldHere.add(file);
        return new FileLock(file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        const owner = ownerOf(file);
        if (owner !== undefined && isAlive(owner, file)) throw new FileInUseError(file, owner.pid);
        removeIfThere(file);
      }
    }
    throw new FileInUseError(file, ownerOf(file)?.pid ?? 0);
  }

  release(): void {
    heldHere.delete(this.file);
    removeIfThere(this.file);
  }
}

interface Owner {
  pid: number;
  host: string;
}

/** Undefined when the lock is unreadable: its owner died while writing it. */
function ownerOf(file: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8')) as Owner;
    return Number.isInteger(owner.pid) ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(owner: Owner, file: string): boolean {
  // The same pid on another host (a container restarted on the same volume) says nothing; nor does our own pid reused.
  if (owner.host !== hostname()) return false;
  if (owner.pid === process.pid) return heldHere.has(file);
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function removeIfThere(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
