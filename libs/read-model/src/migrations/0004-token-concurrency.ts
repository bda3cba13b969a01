import type { Kysely, Migration } from 'kysely';
import type { Dialect } from '../dialect';
import { typesOf } from './tables';

/** Tokens put before have null: they may have several transactions at once. */
export const tokenConcurrency = (dialect: Dialect): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('tokens').addColumn('concurrency', typesOf(dialect)('text')).execute();
  },
});
