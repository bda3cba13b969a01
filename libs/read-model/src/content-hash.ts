import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { PROJECTED_TABLES } from './projections';
import type { Database } from './schema';

const PAGE_ROWS = 1_000;

/** SHA-256, hex, over every projected row in the order of the keys: equal after wiping and rebuilding. */
export async function contentHash(db: Kysely<Database>): Promise<string> {
  const hash = createHash('sha256');
  for (const table of PROJECTED_TABLES) {
    hash.update(`${table}\n`);
    for (let after = '', full = true; full;) {
      const rows = await db
        .selectFrom(table)
        .selectAll()
        .where('key', '>', after as never)
        .orderBy('key')
        .limit(PAGE_ROWS)
        .execute();
      for (const row of rows) hash.update(`${canonical(row)}\n`);
      full = rows.length === PAGE_ROWS;
      after = rows.at(-1)?.key ?? after;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return hash.digest('hex');
}

/** Columns in the order of their names, whatever order the database gives them in. */
function canonical(row: object): string {
  return JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
}
