import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';

/** Another process (or this one, a second time) has the file open. */
export class FileInUseError extends Error {
  constructor(
    readonly path: string,
    readonly ownerPid: number | undefined,
  ) {
    const owner = ownerPid === undefined ? 'another process' : `process ${ownerPid}`;
    super(`${path} is in use by ${owner}: stop that one first, or give this one another data folder.`);
    this.name = 'FileInUseError';
  }
}

/**
 * Takes `<path>.lock` until the returned function is called.
 *
 * The lock is the operating system's, held by SQLite on an empty database, so it goes with its process however that ends:
 * nothing is ever stale, also where process ids are used again (containers). `<path>.pid` only tells whom to stop.
 * @throws FileInUseError when it is taken
 */
export function lockFile(file: string): () => void {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const lock = new Database(`${file}.lock`);
  try {
    lock.exec('PRAGMA journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (isBusy(error)) throw new FileInUseError(file, ownerOf(file));
    throw error;
  }
  writeFileSync(`${file}.pid`, `${process.pid}\n`);
  return () => {
    rmSync(`${file}.pid`, { force: true });
    lock.exec('ROLLBACK');
    lock.close();
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}

function ownerOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(`${file}.pid`, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
