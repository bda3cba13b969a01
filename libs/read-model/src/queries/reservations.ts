import type { Kysely } from 'kysely';
import { reservationKey } from '../row-keys';
import type { Database, ReservationRow } from '../schema';
import { paginate, type Page, type PageRequest } from './page';

export interface ReservationFilter {
  chargerId?: string | null;
  state?: ReservationRow['state'] | null;
  idToken?: string | null;
}

export class ReservationQueries {
  constructor(private readonly db: Kysely<Database>) {}

  async byId(tenantId: string, reservationId: number): Promise<ReservationRow | undefined> {
    return (await this.byIds(tenantId, [reservationId]))[0];
  }

  async byIds(tenantId: string, reservationIds: readonly number[]): Promise<ReservationRow[]> {
    if (reservationIds.length === 0) return [];
    const keys = reservationIds.map((id) => reservationKey(tenantId, id));
    return this.db.selectFrom('reservations').selectAll().where('key', 'in', keys).execute();
  }

  /** Newest request first. */
  page(tenantId: string, filter: ReservationFilter, page: PageRequest): Promise<Page<ReservationRow>> {
    let query = this.db.selectFrom('reservations').selectAll().where('tenant_id', '=', tenantId);
    if (filter.chargerId) query = query.where('charger_id', '=', filter.chargerId);
    if (filter.state) query = query.where('state', '=', filter.state);
    if (filter.idToken) query = query.where('id_token', '=', filter.idToken);
    return paginate<'reservations'>(query, { column: 'requested_at', direction: 'desc' }, page);
  }
}
