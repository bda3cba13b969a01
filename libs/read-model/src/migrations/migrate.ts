import { Migrator, type Kysely, type Migration } from 'kysely';
import type { Database } from '../schema';
import { initial } from './0001-initial';

/** In the order of their names; a migration that has shipped never changes. */
const MIGRATIONS: Record<string, Migration> = { '0001-initial': initial };

/** Brings the tables up to date. @throws the database's error; the tables are then as they were. */
export async function migrate(db: Kysely<Database>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
