import { sql, type CreateTableBuilder, type Kysely, type Migration } from 'kysely';
import type { Dialect } from '../dialect';

type Columns = Record<
  string,
  'text' | 'text not null' | 'integer' | 'integer not null' | 'bigint' | 'double precision'
>;

const TABLES: Record<string, Columns> = {
  chargers: {
    charger_id: 'text not null',
    display_name: 'text',
    registration: 'text not null',
    registered_automatically: 'integer not null',
    retired: 'integer not null',
    has_credentials: 'integer not null',
    connectivity: 'text not null',
    connection_epoch: 'bigint',
    ocpp_version: 'text',
    security_profile: 'integer',
    connected_at: 'text',
    disconnected_at: 'text',
    last_seen_at: 'text',
    instance_id: 'text',
    vendor: 'text',
    model: 'text',
    serial_number: 'text',
    firmware_version: 'text',
    iccid: 'text',
    imsi: 'text',
    meter_type: 'text',
    meter_serial_number: 'text',
    booted_at: 'text',
    boot_reason: 'text',
    search_text: 'text not null',
  },
  connectors: {
    charger_id: 'text not null',
    evse_id: 'bigint',
    connector_id: 'bigint',
    status: 'text not null',
    error_code: 'text',
    info: 'text',
    vendor_id: 'text',
    vendor_error_code: 'text',
    reported_at: 'text',
    updated_at: 'text not null',
  },
  sessions: {
    charger_id: 'text not null',
    transaction_id: 'text not null',
    evse_id: 'bigint',
    connector_id: 'bigint',
    id_token: 'text',
    id_token_type: 'text',
    authorization_status: 'text',
    state: 'text not null',
    started_at: 'text not null',
    ended_at: 'text',
    last_updated_at: 'text not null',
    meter_start_wh: 'double precision',
    meter_stop_wh: 'double precision',
    meter_wh: 'double precision',
    energy_wh: 'double precision',
    power_w: 'double precision',
    soc_percent: 'double precision',
    charging_state: 'text',
    time_spent_charging_s: 'double precision',
    stop_reason: 'text',
    stop_id_token: 'text',
    reservation_id: 'bigint',
    remote_start_id: 'bigint',
    start_known: 'integer not null',
    offline_replayed: 'integer not null',
    incomplete: 'integer not null',
    missing_seq_nos: 'text not null',
    anomalies: 'text not null',
  },
  samples: {
    session_id: 'text not null',
    timestamp: 'text not null',
    measurand: 'text not null',
    value: 'double precision',
    unit: 'text',
    phase: 'text',
    location: 'text',
    context: 'text',
    raw: 'text',
  },
  commands: {
    charger_id: 'text not null',
    kind: 'text not null',
    request: 'text not null',
    ocpp_action: 'text',
    payload: 'text',
    state: 'text not null',
    response: 'text',
    error_code: 'text',
    error_message: 'text',
    requested_at: 'text not null',
    requested_by: 'text not null',
    sent_at: 'text',
    finished_at: 'text',
    expires_at: 'text not null',
    hold_until_online: 'integer not null',
    instance_id: 'text',
  },
  tokens: {
    id_token: 'text not null',
    type: 'text not null',
    status: 'text not null',
    expires_at: 'text',
    group_id: 'text',
    cacheable: 'integer not null',
    updated_at: 'text not null',
  },
  configurations: { charger_id: 'text not null', keys: 'text not null', updated_at: 'text not null' },
  variables: {
    charger_id: 'text not null',
    component: 'text not null',
    component_instance: 'text',
    evse_id: 'bigint',
    connector_id: 'bigint',
    variable: 'text not null',
    variable_instance: 'text',
    attribute_type: 'text not null',
    value: 'text',
    mutability: 'text',
    data_type: 'text',
    unit: 'text',
    updated_at: 'text not null',
  },
  ocpp_messages: {
    charger_id: 'text not null',
    sort_key: 'text not null',
    connection_id: 'text not null',
    connection_epoch: 'bigint',
    ocpp_version: 'text not null',
    direction: 'text not null',
    message_type: 'text not null',
    action: 'text',
    message_id: 'text',
    raw: 'text not null',
    at: 'text not null',
    valid: 'integer not null',
    deviations: 'text not null',
    command_id: 'text',
  },
};

/** What the queries order and filter by. */
const INDEXES: Record<string, [table: string, columns: string[]]> = {
  connectors_of_charger: ['connectors', ['tenant_id', 'charger_id']],
  sessions_by_start: ['sessions', ['tenant_id', 'started_at', 'key']],
  sessions_of_charger: ['sessions', ['tenant_id', 'charger_id', 'started_at', 'key']],
  sessions_of_token: ['sessions', ['tenant_id', 'id_token', 'started_at', 'key']],
  commands_by_request: ['commands', ['tenant_id', 'requested_at', 'key']],
  commands_of_charger: ['commands', ['tenant_id', 'charger_id', 'requested_at', 'key']],
  variables_of_charger: ['variables', ['tenant_id', 'charger_id']],
  ocpp_messages_of_charger: ['ocpp_messages', ['tenant_id', 'charger_id', 'sort_key']],
};

export const initial = (dialect: Dialect): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const type = typesOf(dialect);
    for (const [name, columns] of Object.entries(TABLES)) await createTable(db, name, columns, type);
    await db.schema
      .createTable('checkpoints')
      .addColumn('name', type('text'), (column) => column.primaryKey())
      .addColumn('position', type('text'), (column) => column.notNull())
      .execute();
    for (const [name, [table, columns]] of Object.entries(INDEXES)) {
      await db.schema.createIndex(name).on(table).columns(columns).execute();
    }
  },
});

type ColumnType = 'text' | 'integer' | 'bigint' | 'double precision';
type TypeOf = (type: ColumnType) => Parameters<CreateTableBuilder<string>['addColumn']>[1];

/**
 * SQLite orders texts by their bytes; PostgreSQL does when it is told to, whatever the database's locale is. Whole numbers of
 * chargers are JavaScript's, which may be beyond 64 bits: SQLite takes them as they are, PostgreSQL's bigint would stop the
 * projections for good.
 */
function typesOf(dialect: Dialect): TypeOf {
  if (dialect === 'sqlite') return (type) => type;
  return (type) => (type === 'text' ? sql`text collate "C"` : type === 'bigint' ? 'double precision' : type);
}

async function createTable(db: Kysely<unknown>, name: string, columns: Columns, typeOf: TypeOf): Promise<void> {
  let table: CreateTableBuilder<string, string> = db.schema
    .createTable(name)
    .addColumn('key', typeOf('text'), (column) => column.primaryKey())
    .addColumn('tenant_id', typeOf('text'), (column) => column.notNull());
  for (const [column, type] of Object.entries(columns)) {
    const [plain, notNull] = type.endsWith(' not null') ? [type.slice(0, -9), true] : [type, false];
    table = table.addColumn(column, typeOf(plain as ColumnType), (definition) =>
      notNull ? definition.notNull() : definition,
    );
  }
  await table.execute();
}
