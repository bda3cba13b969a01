import { sql, type CreateTableBuilder, type Kysely } from 'kysely';
import type { Dialect } from '../dialect';

/** Names and types of a table's own columns. */
export type Columns = Record<
  string,
  'text' | 'text not null' | 'integer' | 'integer not null' | 'bigint' | 'double precision'
>;

type ColumnType = 'text' | 'integer' | 'bigint' | 'double precision';
type TypeOf = (type: ColumnType) => Parameters<CreateTableBuilder<string>['addColumn']>[1];

/**
 * SQLite orders texts by their bytes; PostgreSQL does when it is told to, whatever the database's locale is. Whole numbers of
 * chargers are JavaScript's, which may be beyond 64 bits: SQLite takes them as they are, PostgreSQL's bigint would stop the
 * projections for good.
 */
export function typesOf(dialect: Dialect): TypeOf {
  if (dialect === 'sqlite') return (type) => type;
  return (type) => (type === 'text' ? sql`text collate "C"` : type === 'bigint' ? 'double precision' : type);
}

/** Every table has a `key` and a `tenant_id` before its own columns. */
export async function createTable(db: Kysely<unknown>, name: string, columns: Columns, typeOf: TypeOf): Promise<void> {
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
