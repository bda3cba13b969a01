import type { OcppMessageEntry } from '@chargestream/contracts';
import type { StoredEvent } from '@chargestream/event-store';
import { sql, type Kysely, type Transaction } from 'kysely';
import { applyEvents, type AppliedChange } from './apply';
import { contentHash } from './content-hash';
import type { Dialect } from './dialect';
import { CheckpointMovedError } from './errors';
import { MessageLog, type MessageLogLimits } from './message-log';
import { migrate } from './migrations/migrate';
import { PROJECTED_TABLES } from './projections';
import { Queries } from './queries';
import type { Database } from './schema';
import { openSqlite } from './sqlite/open-sqlite';
import { TableIo, type Executor } from './table-io';

const CHECKPOINT = 'projections';

export interface ReadModelOptions {
  /** Bounds of the log of OCPP frames. */
  messageLog?: Partial<MessageLogLimits>;
  /** Our clock, milliseconds since the epoch; only for the age of OCPP frames. */
  clock?: () => number;
  /** Of `db` (default sqlite). */
  dialect?: Dialect;
}

/** Key of the lock that projecting processes take in PostgreSQL; SQLite has one writer by nature. */
const PROJECTION_LOCK = 7_230_116;

/** Tables made of events, with what to ask of them. One process at a time projects, any number reads. */
export class ReadModel {
  readonly queries: Queries;
  private readonly io: TableIo;
  private readonly messages: MessageLog;
  private readonly dialect: Dialect;

  constructor(
    readonly db: Kysely<Database>,
    options: ReadModelOptions = {},
  ) {
    this.dialect = options.dialect ?? 'sqlite';
    this.queries = new Queries(db);
    this.io = new TableIo(db);
    this.messages = new MessageLog(db, this.io, options.clock ?? Date.now, options.messageLog);
  }

  /** Position in the event store of the last event the rows show; null when they show none. */
  async checkpoint(): Promise<string | null> {
    return this.checkpointIn(this.db);
  }

  private async checkpointIn(executor: Executor): Promise<string | null> {
    const query = executor.selectFrom('checkpoints').select('position').where('name', '=', CHECKPOINT);
    return (await query.executeTakeFirst())?.position ?? null;
  }

  /**
   * Projects events in log order; rows and checkpoint change in one transaction. The caller hands over each event once:
   * whoever may see one again compares its position with `checkpoint()` first, as `runProjections` does.
   * @param from the checkpoint that the events follow; absent where nobody else projects
   * @throws CheckpointMovedError when the checkpoint is not `from`: nothing is changed then
   */
  async apply(events: readonly StoredEvent[], from?: string | null): Promise<AppliedChange[]> {
    const last = events.at(-1);
    if (last === undefined) return [];
    return this.db.transaction().execute(async (transaction) => {
      await this.beAlone(transaction);
      if (from !== undefined) await this.expectCheckpoint(transaction, from);
      const changes = await applyEvents(transaction, this.io, events);
      await transaction
        .insertInto('checkpoints')
        .values({ name: CHECKPOINT, position: last.position })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ position: last.position }))
        .execute();
      return changes;
    });
  }

  /**
   * Two processes that believe to lead wait for each other here. The commit does not wait for PostgreSQL's disk: as on SQLite
   * the rows may be some transactions old after a crash of the server, but so is the checkpoint beside them.
   */
  private async beAlone(transaction: Transaction<Database>): Promise<void> {
    if (this.dialect !== 'postgres') return;
    const lock = sql`pg_advisory_xact_lock(${PROJECTION_LOCK})`;
    await sql`select ${lock}, set_config('synchronous_commit', 'off', true)`.execute(transaction);
  }

  private async expectCheckpoint(transaction: Transaction<Database>, expected: string | null): Promise<void> {
    const actual = await this.checkpointIn(transaction);
    if (actual !== expected) throw new CheckpointMovedError(expected, actual);
  }

  /** Adds frames to the bounded log of OCPP messages. A frame that is there already changes nothing. */
  recordOcppMessages(entries: readonly OcppMessageEntry[]): Promise<AppliedChange[]> {
    return this.messages.record(entries);
  }

  /** A hash over all that is made of events; the log of OCPP frames is not. */
  contentHash(): Promise<string> {
    return contentHash(this.db);
  }

  /** Forgets all that is made of events, the checkpoint too. */
  async wipe(): Promise<void> {
    const tables = [...PROJECTED_TABLES, 'checkpoints' as const];
    await this.db.transaction().execute(async (transaction) => {
      await this.beAlone(transaction);
      // PostgreSQL deletes row by row, and would run into the statement timeout.
      if (this.dialect === 'postgres') await sql`truncate ${sql.join(tables.map(sql.table))}`.execute(transaction);
      else for (const table of tables) await transaction.deleteFrom(table).execute();
    });
  }

  async close(): Promise<void> {
    await this.db.destroy();
  }
}

/** Opens (and where needed creates or migrates) the read model in one SQLite file; `:memory:` for tests. */
export async function openSqliteReadModel(options: { path: string } & ReadModelOptions): Promise<ReadModel> {
  const db = openSqlite(options.path);
  try {
    await migrate(db, 'sqlite');
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return new ReadModel(db, options);
}
