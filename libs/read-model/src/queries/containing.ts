import { sql, type RawBuilder } from 'kysely';

/** `LIKE` with its wildcards taken literally; the same on SQLite and PostgreSQL. */
export function containing(column: 'search_text' | 'id_token' | 'description', text: string): RawBuilder<boolean> {
  const pattern = `%${text.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return sql<boolean>`lower(${sql.ref(column)}) like ${pattern} escape '\\'`;
}
