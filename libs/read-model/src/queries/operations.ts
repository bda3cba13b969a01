import { chargerKey } from '@chargestream/contracts';
import type { Kysely } from 'kysely';
import { storedKey } from '../indexed-texts';
import type { Database, MaintenanceRow, OperationRow } from '../schema';
import { paginate, type Page, type PageRequest } from './page';

export interface OperationFilter {
  chargerId?: string | null;
  kind?: OperationRow['kind'] | null;
  state?: OperationRow['state'] | null;
  stalled?: boolean | null;
}

export class OperationQueries {
  constructor(private readonly db: Kysely<Database>) {}

  byId(tenantId: string, operationId: string): Promise<OperationRow | undefined> {
    return this.db
      .selectFrom('operations')
      .selectAll()
      .where('key', '=', storedKey(operationId))
      .where('tenant_id', '=', tenantId)
      .executeTakeFirst();
  }

  /** Newest start first. */
  page(tenantId: string, filter: OperationFilter, page: PageRequest): Promise<Page<OperationRow>> {
    let query = this.db.selectFrom('operations').selectAll().where('tenant_id', '=', tenantId);
    if (filter.chargerId) query = query.where('charger_id', '=', filter.chargerId);
    if (filter.kind) query = query.where('kind', '=', filter.kind);
    if (filter.state) query = query.where('state', '=', filter.state);
    if (typeof filter.stalled === 'boolean') query = query.where('stalled', '=', filter.stalled ? 1 : 0);
    return paginate<'operations'>(query, { column: 'started_at', direction: 'desc' }, page);
  }

  /** What chargers told of their firmware, logs, security and certificates. */
  async maintenanceOf(tenantId: string, chargerIds: readonly string[]): Promise<MaintenanceRow[]> {
    if (chargerIds.length === 0) return [];
    const keys = chargerIds.map((chargerId) => storedKey(chargerKey(tenantId, chargerId)));
    return this.db.selectFrom('maintenance').selectAll().where('key', 'in', keys).execute();
  }
}
