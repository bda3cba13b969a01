import { CompiledQuery, type Kysely, type Transaction } from 'kysely';
import type { Database } from './schema';

export type Executor = Kysely<Database> | Transaction<Database>;
type Table = keyof Omit<Database, 'checkpoints'>;
type Row<T extends Table> = Database[T];

/** Rows in one statement; few sizes, so that each statement is compiled and prepared once. */
const SIZES = [64, 8, 1] as const;
const LOAD_SIZES = [128, 16, 1] as const;

/**
 * Loads and writes many rows of any table by key. The SQL is made by kysely once for each table and size: compiling it
 * for every batch would cost more than running it.
 */
export class TableIo {
  private readonly compiled = new Map<string, CompiledQuery>();

  constructor(private readonly db: Kysely<Database>) {}

  /** The rows that exist among `keys`. */
  async load<T extends Table>(executor: Executor, table: T, keys: readonly string[]): Promise<Map<string, Row<T>>> {
    const rows = new Map<string, Row<T>>();
    for (const chunk of chunks(keys, LOAD_SIZES)) {
      const query = this.statement(`load ${table} ${chunk.length}`, () =>
        this.db
          .selectFrom(table as 'chargers')
          .selectAll()
          .where('key', 'in', chunk)
          .compile(),
      );
      const result = await executor.executeQuery({ ...query, parameters: chunk });
      for (const row of result.rows as Row<T>[]) rows.set(row.key, row);
    }
    return rows;
  }

  /** Inserts the rows, or puts them in place of those with their keys. */
  async upsert<T extends Table>(executor: Executor, table: T, rows: readonly Row<T>[]): Promise<void> {
    await this.write(executor, table, rows, 'upsert');
  }

  /** Inserts the rows whose keys are new and leaves the others as they are. */
  async insertNew<T extends Table>(executor: Executor, table: T, rows: readonly Row<T>[]): Promise<void> {
    await this.write(executor, table, rows, 'insert');
  }

  async remove(executor: Executor, table: Table, keys: readonly string[]): Promise<void> {
    for (const chunk of chunks(keys, LOAD_SIZES)) {
      const query = this.statement(`remove ${table} ${chunk.length}`, () =>
        this.db.deleteFrom(table).where('key', 'in', chunk).compile(),
      );
      await executor.executeQuery({ ...query, parameters: chunk });
    }
  }

  private async write<T extends Table>(
    executor: Executor,
    table: T,
    rows: readonly Row<T>[],
    mode: 'upsert' | 'insert',
  ): Promise<void> {
    const [first] = rows;
    if (first === undefined) return;
    // kysely writes columns in the order of the first row; every row is read in that order.
    const columns = Object.keys(first) as (keyof Row<T>)[];
    for (const chunk of chunks(rows, SIZES)) {
      const query = this.statement(`${mode} ${table} ${chunk.length} ${columns.join()}`, () =>
        this.insertStatement(table, chunk, columns, mode),
      );
      const parameters = chunk.flatMap((row) => columns.map((column) => row[column]));
      await executor.executeQuery({ ...query, parameters });
    }
  }

  private insertStatement<T extends Table>(
    table: T,
    rows: readonly Row<T>[],
    columns: (keyof Row<T>)[],
    mode: 'upsert' | 'insert',
  ): CompiledQuery {
    const insert = this.db.insertInto(table).values(rows.map((row) => ordered(row, columns)) as never);
    if (mode === 'insert')
      return insert.onConflict((conflict) => conflict.column('key' as never).doNothing()).compile();
    const changing = columns.filter((column) => column !== 'key' && column !== 'tenant_id');
    return insert
      .onConflict((conflict) =>
        conflict
          .column('key' as never)
          .doUpdateSet(
            (eb) =>
              Object.fromEntries(changing.map((name) => [name, eb.ref(`excluded.${String(name)}` as never)])) as never,
          ),
      )
      .compile();
  }

  private statement(name: string, compile: () => CompiledQuery): CompiledQuery {
    let query = this.compiled.get(name);
    if (query === undefined) this.compiled.set(name, (query = compile()));
    return query;
  }
}

function ordered<R extends object>(row: R, columns: (keyof R)[]): R {
  return Object.fromEntries(columns.map((column) => [column, row[column]])) as R;
}

/** Cuts into pieces of the given sizes, largest first; the last size must be 1. */
function* chunks<T>(items: readonly T[], sizes: readonly number[]): Iterable<readonly T[]> {
  let from = 0;
  for (const size of sizes) {
    for (; items.length - from >= size; from += size) yield items.slice(from, from + size);
  }
}
