import { createHash } from 'node:crypto';
import { chargerKey, type OcppMessageEntry } from '@chargestream/contracts';
import { sql, type Kysely } from 'kysely';
import type { AppliedChange } from './apply';
import type { Database, OcppMessageRow } from './schema';
import type { TableIo } from './table-io';

export interface MessageLogLimits {
  /** Older frames are dropped, milliseconds. */
  maxAgeMs: number;
  /** The newest frames kept of each charger. */
  maxPerCharger: number;
  /** The newest frames of each charger that are together no larger, bytes. */
  maxBytesPerCharger: number;
}

const DEFAULT_LIMITS: MessageLogLimits = {
  maxAgeMs: 7 * 24 * 60 * 60 * 1000,
  maxPerCharger: 1_000,
  maxBytesPerCharger: 10_000_000,
};
const AGE_CHECK_EVERY_MS = 60_000;
/** Wraps without harm: it only orders frames of the same millisecond. */
const COUNTER_MODULUS = 1_000_000;

/** What was recorded of a charger since its frames were last counted, and weighed. */
interface Recorded {
  readonly tenantId: string;
  readonly chargerId: string;
  count: number;
  bytes: number;
}

/** Raw frames, bounded by age, and for each charger by count and by size. Recording a frame again changes nothing. */
export class MessageLog {
  private readonly limits: MessageLogLimits;
  private readonly sincePruned = new Map<string, Recorded>();
  private counter = 0;
  private agePrunedAtMs = 0;

  constructor(
    private readonly db: Kysely<Database>,
    private readonly io: TableIo,
    private readonly clock: () => number,
    limits: Partial<MessageLogLimits> = {},
  ) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
  }

  async record(entries: readonly OcppMessageEntry[]): Promise<AppliedChange[]> {
    if (entries.length === 0) return [];
    const rows = entries.map((entry) => this.row(entry));
    // In one order: two cores that are given the same frames must not wait for each other's rows crosswise.
    const inOrder = [...rows].sort((a, b) => (a.key < b.key ? -1 : 1));
    await this.db.transaction().execute((transaction) => this.io.insertNew(transaction, 'ocpp_messages', inOrder));
    await this.prune(rows);
    return rows.map((row) => ({
      entity: 'ocppMessage',
      tenantId: row.tenant_id,
      chargerId: row.charger_id,
      id: row.key,
      causationIds: [],
    }));
  }

  private row(entry: OcppMessageEntry): OcppMessageRow {
    this.counter = (this.counter + 1) % COUNTER_MODULUS;
    const deviations = JSON.stringify(entry.deviations);
    const identity = [entry.tenantId, entry.chargerId, entry.connectionId, entry.at, entry.direction, entry.raw];
    return {
      // Begins with the time: new rows go to the end of the table, old ones leave from its beginning.
      key: `${entry.at}-${createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 20)}`,
      tenant_id: entry.tenantId,
      charger_id: entry.chargerId,
      sort_key: `${entry.at}/${String(this.counter).padStart(6, '0')}`,
      connection_id: entry.connectionId,
      connection_epoch: entry.connectionEpoch,
      ocpp_version: entry.ocppVersion,
      direction: entry.direction,
      message_type: entry.messageType,
      action: entry.action,
      message_id: entry.messageId,
      raw: entry.raw,
      at: entry.at,
      valid: entry.valid ? 1 : 0,
      deviations,
      command_id: entry.commandId,
      session_id: entry.sessionId ?? null,
      bytes: Buffer.byteLength(entry.raw) + Buffer.byteLength(deviations),
    };
  }

  /** A tenth over the bounds is allowed, so that not every frame pays for deleting one. */
  private async prune(rows: readonly OcppMessageRow[]): Promise<void> {
    const slack = Math.floor(this.limits.maxPerCharger / 10);
    const byteSlack = Math.floor(this.limits.maxBytesPerCharger / 10);
    for (const { tenant_id: tenantId, charger_id: chargerId, bytes } of rows) {
      const key = chargerKey(tenantId, chargerId);
      const known = this.sincePruned.get(key);
      // Of a charger that is new here nobody knows how much there is: its first frame has it looked at.
      const recorded = known ?? { tenantId, chargerId, count: slack, bytes: byteSlack };
      recorded.count += 1;
      recorded.bytes += bytes ?? 0;
      if (known === undefined) this.sincePruned.set(key, recorded);
    }
    for (const recorded of this.sincePruned.values()) {
      if (recorded.count > slack) {
        await this.keepNewest(recorded);
        recorded.count = 0;
      }
      if (recorded.bytes > byteSlack) {
        await this.keepWithinBytes(recorded);
        recorded.bytes = 0;
      }
    }
    const nowMs = this.clock();
    if (nowMs - this.agePrunedAtMs < AGE_CHECK_EVERY_MS) return;
    this.agePrunedAtMs = nowMs;
    const oldest = new Date(nowMs - this.limits.maxAgeMs).toISOString();
    await this.db.deleteFrom('ocpp_messages').where('key', '<', oldest).execute();
  }

  private async keepNewest({ tenantId, chargerId }: Recorded): Promise<void> {
    const firstTooMany = await this.db
      .selectFrom('ocpp_messages')
      .select('sort_key')
      .where('tenant_id', '=', tenantId)
      .where('charger_id', '=', chargerId)
      .orderBy('sort_key', 'desc')
      .offset(this.limits.maxPerCharger)
      .limit(1)
      .executeTakeFirst();
    if (firstTooMany !== undefined) await this.dropUpTo(tenantId, chargerId, firstTooMany.sort_key);
  }

  private async keepWithinBytes({ tenantId, chargerId }: Recorded): Promise<void> {
    const bytes = sql`coalesce(bytes, length(raw))`;
    const firstTooMuch = await this.db
      .selectFrom((from) =>
        from
          .selectFrom('ocpp_messages')
          .select(['sort_key', sql<number>`sum(${bytes}) over (order by sort_key desc)`.as('total')])
          .where('tenant_id', '=', tenantId)
          .where('charger_id', '=', chargerId)
          .as('newest'),
      )
      .select('sort_key')
      .where('total', '>', this.limits.maxBytesPerCharger)
      .orderBy('sort_key', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (firstTooMuch !== undefined) await this.dropUpTo(tenantId, chargerId, firstTooMuch.sort_key);
  }

  private async dropUpTo(tenantId: string, chargerId: string, sortKey: string): Promise<void> {
    await this.db
      .deleteFrom('ocpp_messages')
      .where('tenant_id', '=', tenantId)
      .where('charger_id', '=', chargerId)
      .where('sort_key', '<=', sortKey)
      .execute();
  }
}
