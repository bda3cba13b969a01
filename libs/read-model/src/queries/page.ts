import type { SelectQueryBuilder } from 'kysely';
import type { Database } from '../schema';

export interface PageRequest {
  /** Rows at most. */
  first: number;
  /** Cursor of the row before the page. */
  after?: string | null;
}

export interface Page<Row> {
  rows: { row: Row; cursor: string }[];
  hasNextPage: boolean;
}

/** A cursor that this server did not make, or of another list. */
export class InvalidCursorError extends Error {
  constructor() {
    super('`after` must be a cursor that an earlier page gave.');
    this.name = 'InvalidCursorError';
  }
}

interface Order<Row> {
  column: keyof Row & string;
  direction: 'asc' | 'desc';
}

/** Keyset pagination: as fast on the last page as on the first, and steady while rows come in. */
export async function paginate<Table extends keyof Omit<Database, 'checkpoints'>>(
  query: SelectQueryBuilder<Database, Table, Database[Table]>,
  order: Order<Database[Table]>,
  { first, after }: PageRequest,
): Promise<Page<Database[Table]>> {
  let page = query as unknown as SelectQueryBuilder<Database, 'sessions', Database['sessions']>;
  const column = order.column as 'started_at';
  if (after !== undefined && after !== null) {
    const [value, key] = decodeCursor(after);
    page = page.where((eb) =>
      eb(eb.refTuple(column, 'key'), order.direction === 'asc' ? '>' : '<', eb.tuple(value, key)),
    );
  }
  const found = await page
    .orderBy(column, order.direction)
    .orderBy('key', order.direction)
    .limit(first + 1)
    .execute();
  const rows = (found as unknown as Database[Table][]).slice(0, first);
  return {
    rows: rows.map((row) => ({ row, cursor: encodeCursor(String(row[order.column]), row.key) })),
    hasNextPage: found.length > first,
  };
}

export function encodeCursor(value: string, key: string): string {
  return Buffer.from(JSON.stringify([value, key])).toString('base64url');
}

/** @throws InvalidCursorError */
export function decodeCursor(cursor: string): [value: string, key: string] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === 2 && parts.every((part) => typeof part === 'string')) {
      return parts as [string, string];
    }
  } catch {
    // not ours
  }
  throw new InvalidCursorError();
}
