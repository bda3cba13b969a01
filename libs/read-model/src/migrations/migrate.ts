import { Migrator, type Kysely, type Migration } from 'kysely';
import type { Dialect } from '../dialect';
import { NewerSchemaError } from '../errors';
import type { Database } from '../schema';
import { initial } from './0001-initial';
import { reservationsProfilesAndLists } from './0002-reservations-profiles-and-lists';
import { operations } from './0003-operations';
import { tokenConcurrency } from './0004-token-concurrency';
import { messageLogSessions } from './0005-message-log-sessions';
import { sessionReadings } from './0006-session-readings';
import { uploads } from './0007-uploads';

/** In the order of their names; a migration that has shipped never changes. */
const MIGRATIONS: Record<string, (dialect: Dialect) => Migration> = {
  '0001-initial': initial,
  '0002-reservations-profiles-and-lists': reservationsProfilesAndLists,
  '0003-operations': operations,
  '0004-token-concurrency': tokenConcurrency,
  '0005-message-log-sessions': messageLogSessions,
  '0006-session-readings': sessionReadings,
  '0007-uploads': uploads,
};

/**
 * Brings the tables up to date; processes that do so at once wait for each other.
 * @throws NewerSchemaError, or the database's error; the tables are then as they were.
 */
export async function migrate(db: Kysely<Database>, dialect: Dialect): Promise<void> {
  const migrations = Object.fromEntries(Object.entries(MIGRATIONS).map(([name, make]) => [name, make(dialect)]));
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const newer = /previously executed migration (\S+) is missing/.exec((error as Error).message)?.[1];
  throw newer === undefined ? error : new NewerSchemaError(newer);
}
