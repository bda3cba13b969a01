import type { Kysely, Migration } from 'kysely';
import type { Dialect } from '../dialect';
import { typesOf } from './tables';

/** When power and state of charge were measured: a late reading must not hide a newer one. Null: before all others. */
export const sessionReadings = (dialect: Dialect): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const text = typesOf(dialect)('text');
    for (const column of ['power_at', 'soc_at']) {
      await db.schema.alterTable('sessions').addColumn(column, text).execute();
    }
  },
});
