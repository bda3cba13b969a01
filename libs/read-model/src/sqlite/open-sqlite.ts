import DatabaseConstructor from 'libsql';
import { Kysely, SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import type { Database } from '../schema';
import { withoutNul } from '../without-nul';

/** Statements kept prepared; the queries of this package are some dozens. */
const MAX_PREPARED = 500;

/** SQLite's default of 2 MiB makes upserts read their pages again and again. */
const CACHE_KIB = 32 * 1024;

/**
 * The one place that knows SQLite. WAL with synchronous NORMAL: after a crash the rows may be some transactions old but
 * never torn, and as the checkpoint is in the same transaction the events after it are simply projected again.
 */
export function openSqlite(path: string): Kysely<Database> {
  const database = new DatabaseConstructor(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma('busy_timeout = 5000');
  database.pragma(`cache_size = -${CACHE_KIB}`);
  database.pragma('temp_store = MEMORY');
  return new Kysely<Database>({ dialect: new SqliteDialect({ database: withPreparedStatements(database) }) });
}

/** kysely prepares anew at every execution; preparing costs more than most of our statements. */
function withPreparedStatements(database: DatabaseConstructor.Database): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => {
      prepared.clear();
      database.close();
    },
    prepare: (sql) => {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      const statement = boundByArray(database.prepare(sql));
      if (!/^\s*(select|insert|update|delete|begin|commit|rollback)/i.test(sql)) return statement;
      const oldest = prepared.size >= MAX_PREPARED ? prepared.keys().next().value : undefined;
      if (oldest !== undefined) prepared.delete(oldest);
      prepared.set(sql, statement);
      return statement;
    },
  };
}

/** libsql takes parameters safely only as one array (a lone Buffer ends the process). */
function boundByArray(statement: DatabaseConstructor.Statement): SqliteStatement {
  return {
    reader: statement.reader,
    all: (parameters) => statement.all(parameters.map(withoutNul)),
    run: (parameters) => {
      const { changes, lastInsertRowid } = statement.run(parameters.map(withoutNul));
      return { changes, lastInsertRowid };
    },
    iterate: (parameters) => statement.iterate(parameters.map(withoutNul)) as IterableIterator<unknown>,
  };
}
