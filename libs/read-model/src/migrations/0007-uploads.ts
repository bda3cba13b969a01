import type { Kysely, Migration } from 'kysely';
import type { Dialect } from '../dialect';
import { createTable, typesOf } from './tables';

export const uploads = (dialect: Dialect): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const columns = {
      charger_id: 'text not null',
      command_id: 'text not null',
      name: 'text not null',
      bytes: 'bigint',
      sha256: 'text not null',
      uploaded_at: 'text not null',
    } as const;
    await createTable(db, 'uploads', columns, typesOf(dialect));
    await db.schema
      .createIndex('uploads_of_charger')
      .on('uploads')
      .columns(['tenant_id', 'charger_id', 'uploaded_at', 'key'])
      .execute();
    await db.schema.createIndex('uploads_of_command').on('uploads').columns(['tenant_id', 'command_id']).execute();
  },
});
