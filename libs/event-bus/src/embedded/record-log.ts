import type { SqliteFile, SqlStatement } from '@chargestream/embedded-sqlite';
import type { BusRecord, StoredRecord, TopicSpec } from '../port';

/** A record's row id is `topic * OFFSETS + offset`: one B-tree, rows of a topic side by side, 2^53 never passed. */
const OFFSETS = 2 ** 40;
/** Each topic's first row id must stay a safe integer. */
const MAX_TOPICS = 2 ** 12;

interface RecordRow {
  id: number;
  key: string;
  value: Uint8Array | ArrayBuffer | null;
  headers: string | null;
  stored_at: number;
}

export interface TopicRow {
  id: number;
  name: string;
  cleanup: 'compact' | 'delete';
  retention_ms: number | null;
  next_offset: number;
}

export interface OffsetRow {
  member_group: string;
  topic: number;
  next_offset: number;
  updated_at: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS topic (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    cleanup TEXT NOT NULL,
    retention_ms INTEGER,
    -- At least the offset after the newest record ever purged: offsets are never given twice.
    next_offset INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE IF NOT EXISTS record (
    id INTEGER PRIMARY KEY,
    stored_at INTEGER NOT NULL,
    key TEXT NOT NULL,
    headers TEXT,
    value BLOB
  );
  CREATE TABLE IF NOT EXISTS group_offset (
    member_group TEXT NOT NULL,
    topic INTEGER NOT NULL,
    next_offset INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (member_group, topic)
  ) WITHOUT ROWID;
`;

/** The SQL of the embedded bus: every statement it runs, prepared once. */
export class RecordLog {
  private readonly statements: Record<
    | 'insert'
    | 'page'
    | 'last'
    | 'keys'
    | 'oldest'
    | 'remove'
    | 'removeOne'
    | 'addTopic'
    | 'setTopic'
    | 'keepNext'
    | 'offset',
    SqlStatement<unknown>
  >;

  constructor(private readonly file: SqliteFile) {
    file.exec(SCHEMA);
    this.statements = {
      insert: file.prepare('INSERT INTO record (id, stored_at, key, headers, value) VALUES (?, ?, ?, ?, ?)'),
      page: file.prepare(
        'SELECT id, key, value, headers, stored_at FROM record WHERE id >= ? AND id < ? ORDER BY id LIMIT ?',
      ),
      last: file.prepare('SELECT max(id) AS id FROM record WHERE id >= ? AND id < ?'),
      keys: file.prepare(
        'SELECT id, key, value IS NULL AS tombstone, stored_at FROM record WHERE id >= ? AND id < ? ORDER BY id LIMIT ?',
      ),
      oldest: file.prepare('SELECT id, stored_at FROM record WHERE id >= ? AND id < ? ORDER BY id LIMIT ?'),
      remove: file.prepare('DELETE FROM record WHERE id >= ? AND id < ?'),
      removeOne: file.prepare('DELETE FROM record WHERE id = ?'),
      addTopic: file.prepare('INSERT INTO topic (id, name, cleanup, retention_ms) VALUES (?, ?, ?, ?)'),
      setTopic: file.prepare('UPDATE topic SET cleanup = ?, retention_ms = ? WHERE id = ?'),
      keepNext: file.prepare('UPDATE topic SET next_offset = ? WHERE id = ?'),
      offset: file.prepare(`
        INSERT INTO group_offset (member_group, topic, next_offset, updated_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (member_group, topic) DO UPDATE SET next_offset = excluded.next_offset, updated_at = excluded.updated_at`),
    };
  }

  topics(): TopicRow[] {
    const rows = this.file.prepare<TopicRow>('SELECT * FROM topic ORDER BY id').all([]);
    return rows.map((row) => ({ ...row, next_offset: Math.max(row.next_offset, this.offsetAfterLast(row.id)) }));
  }

  offsets(): OffsetRow[] {
    return this.file.prepare<OffsetRow>('SELECT * FROM group_offset').all([]);
  }

  addTopic(id: number, spec: TopicSpec): void {
    if (id >= MAX_TOPICS) throw new Error(`The embedded bus holds at most ${MAX_TOPICS} topics; use Kafka for more.`);
    this.statements.addTopic.run([id, spec.name, spec.cleanup, spec.retentionMs ?? null]);
  }

  setTopic(id: number, spec: TopicSpec): void {
    this.statements.setTopic.run([spec.cleanup, spec.retentionMs ?? null, id]);
  }

  insert(topic: number, offset: number, storedAtMs: number, record: BusRecord, headers: string | null): void {
    this.statements.insert.run([topic * OFFSETS + offset, storedAtMs, record.key, headers, record.value]);
  }

  /** Up to `max` records from `from` on. */
  page(topic: { id: number; name: string }, from: number, max: number): StoredRecord[] {
    const rows = this.statements.page.all([...range(topic.id, from), max]) as RecordRow[];
    return rows.map((row) => ({
      topic: topic.name,
      partition: 0,
      offset: row.id % OFFSETS,
      key: row.key,
      value: row.value === null ? null : toBuffer(row.value),
      headers: row.headers === null ? {} : (JSON.parse(row.headers) as Record<string, string>),
      storedAtMs: row.stored_at,
    }));
  }

  /** As `page`, without values and headers. */
  keys(
    topic: number,
    from: number,
    max: number,
  ): { offset: number; key: string; tombstone: boolean; storedAtMs: number }[] {
    const rows = this.statements.keys.all([...range(topic, from), max]) as (RecordRow & { tombstone: number })[];
    return rows.map((row) => ({
      offset: row.id % OFFSETS,
      key: row.key,
      tombstone: row.tombstone === 1,
      storedAtMs: row.stored_at,
    }));
  }

  /** Offset after the last of up to `max` oldest records that were stored before `beforeMs` and lie below `below`. */
  expiredUpTo(topic: number, beforeMs: number, below: number, max: number): number | undefined {
    const rows = this.statements.oldest.all([topic * OFFSETS, topic * OFFSETS + below, max]) as RecordRow[];
    const kept = rows.findIndex((row) => row.stored_at >= beforeMs);
    const last = rows[(kept < 0 ? rows.length : kept) - 1];
    return last === undefined ? undefined : (last.id % OFFSETS) + 1;
  }

  /** Removes everything below `offset`. */
  removeBelow(topic: number, offset: number): void {
    this.statements.remove.run([topic * OFFSETS, topic * OFFSETS + offset]);
  }

  removeOne(topic: number, offset: number): void {
    this.statements.removeOne.run([topic * OFFSETS + offset]);
  }

  /** Call in the transaction that removes records, so that the newest one's removal does not turn offsets back. */
  keepNextOffset(topic: number, next: number): void {
    this.statements.keepNext.run([next, topic]);
  }

  saveOffset(row: OffsetRow): void {
    this.statements.offset.run([row.member_group, row.topic, row.next_offset, row.updated_at]);
  }

  private offsetAfterLast(topic: number): number {
    const row = this.statements.last.get([...range(topic, 0)]) as { id: number | null } | undefined;
    return typeof row?.id === 'number' ? (row.id % OFFSETS) + 1 : 0;
  }
}

/** libsql gives some blobs as a Buffer and some as a bare ArrayBuffer. Neither is copied. */
function toBuffer(blob: Uint8Array | ArrayBuffer): Buffer {
  return ArrayBuffer.isView(blob) ? Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength) : Buffer.from(blob);
}

function range(topic: number, from: number): [number, number] {
  return [topic * OFFSETS + from, (topic + 1) * OFFSETS];
}
