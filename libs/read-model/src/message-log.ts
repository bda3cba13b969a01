import { createHash } from 'node:crypto';
import { chargerKey, type OcppMessageEntry } from '@chargestream/contracts';
import type { Kysely } from 'kysely';
import type { AppliedChange } from './apply';
import type { Database, OcppMessageRow } from './schema';
import type { TableIo } from './table-io';

export interface MessageLogLimits {
  /** Older frames are dropped, milliseconds. */
  maxAgeMs: number;
  /** The newest frames kept of each charger. */
  maxPerCharger: number;
}

const DEFAULT_LIMITS: MessageLogLimits = { maxAgeMs: 7 * 24 * 60 * 60 * 1000, maxPerCharger: 1_000 };
const AGE_CHECK_EVERY_MS = 60_000;
/** Wraps without harm: it only orders frames of the same millisecond. */
const COUNTER_MODULUS = 1_000_000;

/** Raw frames, bounded by age and by count per charger. Recording a frame again changes nothing. */
export class MessageLog {
  private readonly limits: MessageLogLimits;
  private readonly sincePruned = new Map<string, { tenantId: string; chargerId: string; count: number }>();
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
    await this.prune(entries);
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
      deviations: JSON.stringify(entry.deviations),
      command_id: entry.commandId,
    };
  }

  /** A tenth over the bound is allowed, so that not every frame pays for deleting one. */
  private async prune(entries: readonly OcppMessageEntry[]): Promise<void> {
    const slack = Math.floor(this.limits.maxPerCharger / 10);
    for (const { tenantId, chargerId } of entries) {
      const key = chargerKey(tenantId, chargerId);
      const known = this.sincePruned.get(key) ?? { tenantId, chargerId, count: slack };
      this.sincePruned.set(key, { ...known, count: known.count + 1 });
    }
    for (const [key, { tenantId, chargerId, count }] of this.sincePruned) {
      if (count <= slack) continue;
      await this.keepNewest(tenantId, chargerId);
      this.sincePruned.set(key, { tenantId, chargerId, count: 0 });
    }
    const nowMs = this.clock();
    if (nowMs - this.agePrunedAtMs < AGE_CHECK_EVERY_MS) return;
    this.agePrunedAtMs = nowMs;
    const oldest = new Date(nowMs - this.limits.maxAgeMs).toISOString();
    await this.db.deleteFrom('ocpp_messages').where('key', '<', oldest).execute();
  }

  private async keepNewest(tenantId: string, chargerId: string): Promise<void> {
    const firstTooMany = await this.db
      .selectFrom('ocpp_messages')
      .select('sort_key')
      .where('tenant_id', '=', tenantId)
      .where('charger_id', '=', chargerId)
      .orderBy('sort_key', 'desc')
      .offset(this.limits.maxPerCharger)
      .limit(1)
      .executeTakeFirst();
    if (firstTooMany === undefined) return;
    await this.db
      .deleteFrom('ocpp_messages')
      .where('tenant_id', '=', tenantId)
      .where('charger_id', '=', chargerId)
      .where('sort_key', '<=', firstTooMany.sort_key)
      .execute();
  }
}
