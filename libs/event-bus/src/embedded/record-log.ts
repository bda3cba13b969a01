import type { SqliteFile, SqlStatement } from '@chargestream/embedded-sqlite';
import type { StoredRecord, TopicSpec } from '../port';
import { decodeSegment, encodeSegment, type SegmentRecord } from './segment';
import type { Operation } from './writer';

/** The id of a record's row, or of a segment's first record, is `topic * OFFSETS + offset`: one B-tree, rows of a topic side by side, 2^53 never passed. */
const OFFSETS = 2 ** 40;
/** Each topic's first row id must stay a safe integer. */
const MAX_TOPICS = 2 ** 12;

/** Segments read at a time: each may hold what hundreds of publishes brought. */
const SEGMENTS_PER_READ = 4;

interface SegmentRow {
  id: number;
  stored_at: number;
  count: number;
  records: Uint8Array | ArrayBuffer;
}

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
  -- Records of topics that keep everything for a while: what one transaction brought is one row.
  CREATE TABLE IF NOT EXISTS segment (
    id INTEGER PRIMARY KEY,
    stored_at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    records BLOB NOT NULL
  );
  -- Records of compacted topics, each of which goes by itself.
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
  CREATE TABLE IF NOT EXISTS write_probe (id INTEGER PRIMARY KEY, tries INTEGER NOT NULL);
`;

/** Everything that is ever written, by name; the writing thread prepares them once. */
export const WRITE_STATEMENTS = {
  insertRecord: 'INSERT INTO record (id, stored_at, key, headers, value) VALUES (?, ?, ?, ?, ?)',
  insertSegment: 'INSERT INTO segment (id, stored_at, count, records) VALUES (?, ?, ?, ?)',
  removeSegments: 'DELETE FROM segment WHERE id >= ? AND id < ?',
  removeRecord: 'DELETE FROM record WHERE id = ?',
  addTopic: 'INSERT INTO topic (id, name, cleanup, retention_ms) VALUES (?, ?, ?, ?)',
  setTopic: 'UPDATE topic SET cleanup = ?, retention_ms = ? WHERE id = ?',
  keepNext: 'UPDATE topic SET next_offset = ? WHERE id = ?',
  saveOffset: `
    INSERT INTO group_offset (member_group, topic, next_offset, updated_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (member_group, topic) DO UPDATE SET next_offset = excluded.next_offset, updated_at = excluded.updated_at`,
  probe: 'INSERT INTO write_probe (id, tries) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET tries = tries + 1',
} as const;

/** What lies in the file: read here, on the main thread; what is to be written is collected for the writing thread. */
export class RecordLog {
  private readonly statements: Record<
    'page' | 'segments' | 'expired' | 'last' | 'lastSegment' | 'keys',
    SqlStatement<unknown>
  >;
  private operations: Operation[] = [];

  constructor(private readonly file: SqliteFile) {
    file.exec(SCHEMA);
    this.statements = {
      page: file.prepare(
        'SELECT id, key, value, headers, stored_at FROM record WHERE id >= ? AND id < ? ORDER BY id LIMIT ?',
      ),
      segments: file.prepare(`
        SELECT id, stored_at, count, records FROM segment
        WHERE id >= max(?, coalesce((SELECT max(id) FROM segment WHERE id <= ?), 0)) AND id < ? ORDER BY id LIMIT ?`),
      expired: file.prepare('SELECT id, stored_at, count FROM segment WHERE id >= ? AND id < ? ORDER BY id LIMIT ?'),
      last: file.prepare('SELECT max(id) + 1 AS next FROM record WHERE id >= ? AND id < ?'),
      lastSegment: file.prepare(
        'SELECT id + count AS next FROM segment WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1',
      ),
      keys: file.prepare(
        'SELECT id, key, value IS NULL AS tombstone, stored_at FROM record WHERE id >= ? AND id < ? ORDER BY id LIMIT ?',
      ),
    };
  }

  /** What the calls since the last time want written. */
  takeOperations(): Operation[] {
    const operations = this.operations;
    this.operations = [];
    return operations;
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
    this.operations.push(['addTopic', [id, spec.name, spec.cleanup, spec.retentionMs ?? null]]);
  }

  /** What was stored under the old cleanup stays as it is; what comes follows the new one. */
  setTopic(id: number, spec: TopicSpec): void {
    this.operations.push(['setTopic', [spec.cleanup, spec.retentionMs ?? null, id]]);
  }

  insertRecord(topic: number, offset: number, storedAtMs: number, record: SegmentRecord): void {
    const parameters = [topic * OFFSETS + offset, storedAtMs, record.key, record.headersJson, record.value];
    this.operations.push(['insertRecord', parameters]);
  }

  insertSegment(topic: number, firstOffset: number, storedAtMs: number, records: readonly SegmentRecord[]): void {
    const parameters = [topic * OFFSETS + firstOffset, storedAtMs, records.length, encodeSegment(records)];
    this.operations.push(['insertSegment', parameters]);
  }

  /** Up to `max` records from `from` on. */
  page(topic: { id: number; name: string }, from: number, max: number): StoredRecord[] {
    const single = this.singleRecords(topic, from, max);
    const segmented = this.segmentedRecords(topic, from, max);
    if (single.length === 0) return segmented;
    // Only a topic whose cleanup was changed has both.
    return [...single, ...segmented].sort((a, b) => a.offset - b.offset).slice(0, max);
  }

  private singleRecords(topic: { id: number; name: string }, from: number, max: number): StoredRecord[] {
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

  private segmentedRecords(topic: { id: number; name: string }, from: number, max: number): StoredRecord[] {
    const records: StoredRecord[] = [];
    for (let next = from; records.length < max;) {
      const [start, end] = range(topic.id, next);
      const rows = this.statements.segments.all([topic.id * OFFSETS, start, end, SEGMENTS_PER_READ]) as SegmentRow[];
      for (const row of rows) {
        const first = row.id % OFFSETS;
        next = Math.max(next, first + row.count);
        for (const record of decodeSegment(toBuffer(row.records), topic.name, first, row.stored_at)) {
          if (record.offset >= from) records.push(record);
        }
      }
      if (rows.length < SEGMENTS_PER_READ) break;
    }
    return records.slice(0, max);
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

  /** Offset after the last of the oldest segments, up to `max`, that were stored before `beforeMs` and end at or below `below`. */
  expiredUpTo(topic: number, beforeMs: number, below: number, max: number): number | undefined {
    const rows = this.statements.expired.all([...range(topic, 0), max]) as SegmentRow[];
    const isKept = (row: SegmentRow) => row.stored_at >= beforeMs || (row.id % OFFSETS) + row.count > below;
    const kept = rows.findIndex(isKept);
    const last = rows[(kept < 0 ? rows.length : kept) - 1];
    return last === undefined ? undefined : (last.id % OFFSETS) + last.count;
  }

  /** Removes the segments that begin below `offset`. */
  removeBelow(topic: number, offset: number): void {
    this.operations.push(['removeSegments', [topic * OFFSETS, topic * OFFSETS + offset]]);
  }

  removeOne(topic: number, offset: number): void {
    this.operations.push(['removeRecord', [topic * OFFSETS + offset]]);
  }

  /** Goes with a removal, so that the newest record's removal does not turn offsets back. */
  keepNextOffset(topic: number, next: number): void {
    this.operations.push(['keepNext', [next, topic]]);
  }

  saveOffset(row: OffsetRow): void {
    this.operations.push(['saveOffset', [row.member_group, row.topic, row.next_offset, row.updated_at]]);
  }

  private offsetAfterLast(topic: number): number {
    const offsets = [this.statements.last, this.statements.lastSegment].map((statement) => {
      const row = statement.get([...range(topic, 0)]) as { next: number | null } | undefined;
      return typeof row?.next === 'number' ? row.next - topic * OFFSETS : 0;
    });
    return Math.max(...offsets);
  }
}

/** libsql gives some blobs as a Buffer and some as a bare ArrayBuffer. Neither is copied. */
function toBuffer(blob: Uint8Array | ArrayBuffer): Buffer {
  return ArrayBuffer.isView(blob) ? Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength) : Buffer.from(blob);
}

function range(topic: number, from: number): [number, number] {
  return [topic * OFFSETS + from, (topic + 1) * OFFSETS];
}
