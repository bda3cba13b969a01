import Database from 'libsql';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { FileLock } from './file-lock';

/** The synchronous database of `libsql` (the interface of better-sqlite3). Bind parameters always as one array. */
export type SqliteDatabase = Database.Database;

export interface OpenedDatabase {
  database: SqliteDatabase;
  /** Closes the file and gives up the lock. */
  close(): void;
}

/**
 * Opens (or creates) a database file for this process alone.
 * @param durability `full`: a commit is on disk when it returns. `normal`: a crash of the machine may lose the last
 * commits, never consistency; for what can be rebuilt.
 * @throws FileInUseError when another living process has it open.
 */
export function openDatabase(file: string, durability: 'full' | 'normal' = 'full'): OpenedDatabase {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const lock = FileLock.acquire(`${file}.lock`);
  try {
    const database = new Database(file);
    database.exec('PRAGMA journal_mode = WAL');
    database.exec(`PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`);
    database.exec('PRAGMA busy_timeout = 5000');
    database.exec('PRAGMA wal_autocheckpoint = 4000');
    return {
      database,
      close: () => {
        database.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
