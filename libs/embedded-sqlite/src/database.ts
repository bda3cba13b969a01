import Database from 'libsql';
import { lockFile } from './file-lock';

export type SqlValue = string | number | bigint | Buffer | null;

/** libsql aborts the process for a bare Buffer argument, so parameters are always one array. */
export interface SqlStatement<Row> {
  run(parameters: readonly SqlValue[]): void;
  get(parameters: readonly SqlValue[]): Row | undefined;
  all(parameters: readonly SqlValue[]): Row[];
}

/** A SQLite file owned by this process, where a finished commit survives a crash and a power cut. */
export interface SqliteFile {
  exec(sql: string): void;
  prepare<Row = unknown>(sql: string): SqlStatement<Row>;
  inTransaction(): boolean;
  close(): void;
}

/** What every connection that writes begins with: a finished commit is on the disk. */
export const WRITE_PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA cache_size = -16000;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA temp_store = MEMORY;
`;

/**
 * Opens or creates the file, in WAL mode with synchronous=FULL.
 * @throws FileInUseError when another opener has it
 */
export function openSqliteFile(path: string): SqliteFile {
  const unlock = lockFile(path);
  try {
    const database = new Database(path);
    database.exec(WRITE_PRAGMAS);
    let open = true;
    return {
      exec: (sql) => void database.exec(sql),
      prepare: <Row>(sql: string) => statement<Row>(database, sql),
      inTransaction: () => open && database.inTransaction,
      close: () => {
        if (!open) return;
        open = false;
        database.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function statement<Row>(database: Database.Database, sql: string): SqlStatement<Row> {
  const prepared = database.prepare(sql);
  return {
    run: (parameters) => void prepared.run(parameters),
    get: (parameters) => prepared.get(parameters) as Row | undefined,
    all: (parameters) => prepared.all(parameters) as Row[],
  };
}
