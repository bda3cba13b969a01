import type { Kysely, Migration } from 'kysely';
import type { Dialect } from '../dialect';
import { createTable, typesOf, type Columns } from './tables';

const TABLES: Record<string, Columns> = {
  operations: {
    charger_id: 'text not null',
    kind: 'text not null',
    state: 'text not null',
    status: 'text',
    stalled: 'integer not null',
    command_id: 'text',
    request_id: 'bigint',
    detail: 'text not null',
    history: 'text not null',
    started_at: 'text not null',
    ended_at: 'text',
    updated_at: 'text not null',
  },
  maintenance: {
    charger_id: 'text not null',
    firmware_status: 'text',
    firmware_status_at: 'text',
    log_status: 'text',
    log_status_at: 'text',
    security_events: 'text not null',
    installed_certificates: 'text not null',
    own_certificate: 'text',
  },
};

const INDEXES: Record<string, [table: string, columns: string[]]> = {
  operations_by_start: ['operations', ['tenant_id', 'started_at', 'key']],
  operations_of_charger: ['operations', ['tenant_id', 'charger_id', 'started_at', 'key']],
};

export const operations = (dialect: Dialect): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const type = typesOf(dialect);
    for (const [name, columns] of Object.entries(TABLES)) await createTable(db, name, columns, type);
    for (const [name, [table, columns]] of Object.entries(INDEXES)) {
      await db.schema.createIndex(name).on(table).columns(columns).execute();
    }
  },
});
