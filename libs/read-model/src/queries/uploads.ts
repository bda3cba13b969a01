import type { Kysely } from 'kysely';
import { storedKey } from '../indexed-texts';
import type { Database, UploadRow } from '../schema';
import { paginate, type Page, type PageRequest } from './page';

export interface UploadFilter {
  chargerId?: string | null;
  /** Only what this command asked for. */
  commandId?: string | null;
}

export class UploadQueries {
  constructor(private readonly db: Kysely<Database>) {}

  byId(tenantId: string, fileId: string): Promise<UploadRow | undefined> {
    return this.db
      .selectFrom('uploads')
      .selectAll()
      .where('key', '=', storedKey(fileId))
      .where('tenant_id', '=', tenantId)
      .executeTakeFirst();
  }

  /** Newest first. */
  page(tenantId: string, { chargerId, commandId }: UploadFilter, page: PageRequest): Promise<Page<UploadRow>> {
    let query = this.db.selectFrom('uploads').selectAll().where('tenant_id', '=', tenantId);
    if (chargerId) query = query.where('charger_id', '=', chargerId);
    if (commandId) query = query.where('command_id', '=', commandId);
    return paginate<'uploads'>(query, { column: 'uploaded_at', direction: 'desc' }, page);
  }
}
