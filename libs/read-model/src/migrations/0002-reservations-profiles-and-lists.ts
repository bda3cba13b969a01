import type { Kysely, Migration } from 'kysely';
import type { Dialect } from '../dialect';
import { createTable, typesOf, type Columns } from './tables';

const TABLES: Record<string, Columns> = {
  reservations: {
    charger_id: 'text not null',
    reservation_id: 'bigint',
    state: 'text not null',
    evse_id: 'bigint',
    connector_id: 'bigint',
    id_token: 'text not null',
    id_token_type: 'text',
    group_id: 'text',
    expires_at: 'text not null',
    command_id: 'text not null',
    requested_at: 'text not null',
    held: 'text',
    pending: 'text not null',
    refusal: 'text',
    cancel_command_id: 'text',
    session_id: 'text',
    ended_at: 'text',
    updated_at: 'text not null',
  },
  charging_profiles: {
    charging_profile_id: 'bigint',
    description: 'text',
    stack_level: 'bigint',
    purpose: 'text not null',
    kind: 'text not null',
    recurrency: 'text',
    valid_from: 'text',
    valid_to: 'text',
    schedule: 'text not null',
    updated_at: 'text not null',
  },
  local_lists: {
    charger_id: 'text not null',
    version: 'bigint',
    supported: 'integer not null',
    content_known: 'integer not null',
    entries: 'text not null',
    refusal: 'text',
    updated_at: 'text not null',
  },
};

const INDEXES: Record<string, [table: string, columns: string[]]> = {
  reservations_by_request: ['reservations', ['tenant_id', 'requested_at', 'key']],
  reservations_of_charger: ['reservations', ['tenant_id', 'charger_id', 'requested_at', 'key']],
  charging_profiles_by_update: ['charging_profiles', ['tenant_id', 'updated_at', 'key']],
};

export const reservationsProfilesAndLists = (dialect: Dialect): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const type = typesOf(dialect);
    for (const [name, columns] of Object.entries(TABLES)) await createTable(db, name, columns, type);
    for (const [name, [table, columns]] of Object.entries(INDEXES)) {
      await db.schema.createIndex(name).on(table).columns(columns).execute();
    }
  },
});
