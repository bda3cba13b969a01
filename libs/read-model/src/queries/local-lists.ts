import { chargerKey } from '@chargestream/contracts';
import type { Kysely } from 'kysely';
import { storedKey } from '../indexed-texts';
import type { Database, LocalListRow } from '../schema';

export class LocalListQueries {
  constructor(private readonly db: Kysely<Database>) {}

  async ofCharger(tenantId: string, chargerId: string): Promise<LocalListRow | undefined> {
    return (await this.ofChargers(tenantId, [chargerId]))[0];
  }

  async ofChargers(tenantId: string, chargerIds: readonly string[]): Promise<LocalListRow[]> {
    if (chargerIds.length === 0) return [];
    const keys = chargerIds.map((chargerId) => storedKey(chargerKey(tenantId, chargerId)));
    return this.db.selectFrom('local_lists').selectAll().where('key', 'in', keys).execute();
  }
}
