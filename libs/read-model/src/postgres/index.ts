import { migrate } from '../migrations/migrate';
import { ReadModel, type ReadModelOptions } from '../read-model';
import { openPostgres, type PostgresOptions } from './open-postgres';

export type { PostgresLogger, PostgresOptions } from './open-postgres';

/**
 * Opens (and where needed creates or migrates) the read model in a PostgreSQL database.
 * @throws ReadModelUnavailableError when the server does not answer, NewerSchemaError when the tables are of a newer version.
 */
export async function openPostgresReadModel(options: PostgresOptions & ReadModelOptions): Promise<ReadModel> {
  const db = openPostgres(options);
  try {
    await migrate(db, 'postgres');
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return new ReadModel(db, { ...options, dialect: 'postgres' });
}
