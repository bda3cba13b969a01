import type { Kysely } from 'kysely';
import { chargingProfileKey } from '../row-keys';
import type { ChargingProfileRow, Database } from '../schema';
import { containing } from './containing';
import { paginate, type Page, type PageRequest } from './page';

export interface ChargingProfileFilter {
  /** Part of it, in any case. */
  description?: string | null;
  purpose?: ChargingProfileRow['purpose'] | null;
}

export class ChargingProfileQueries {
  constructor(private readonly db: Kysely<Database>) {}

  byId(tenantId: string, chargingProfileId: number): Promise<ChargingProfileRow | undefined> {
    return this.db
      .selectFrom('charging_profiles')
      .selectAll()
      .where('key', '=', chargingProfileKey(tenantId, chargingProfileId))
      .executeTakeFirst();
  }

  /** Newest change first. */
  page(tenantId: string, filter: ChargingProfileFilter, page: PageRequest): Promise<Page<ChargingProfileRow>> {
    let query = this.db.selectFrom('charging_profiles').selectAll().where('tenant_id', '=', tenantId);
    if (filter.description) query = query.where(containing('description', filter.description));
    if (filter.purpose) query = query.where('purpose', '=', filter.purpose);
    return paginate<'charging_profiles'>(query, { column: 'updated_at', direction: 'desc' }, page);
  }
}
