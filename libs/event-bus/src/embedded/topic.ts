import { Tail } from '@chargestream/embedded-sqlite';
import type { Page } from '@chargestream/embedded-sqlite';
import type { StoredRecord, TopicSpec } from '../port';
import type { SegmentRecord } from './segment';
import type { RecordLog, TopicRow } from './record-log';

/** How many rows one read from SQL fetches at most: some milliseconds of the event loop. */
const MAX_PAGE = 1000;

/** One topic in memory: where it ends, its newest records and who wants to hear of new ones. */
export class Topic {
  readonly id: number;
  readonly name: string;
  cleanup: 'compact' | 'delete';
  retentionMs: number | undefined;
  /** The offset that the next record gets, committed or not. */
  nextOffset: number;
  /** The offset after the newest durable record. */
  end: number;
  private readonly tail: Tail<StoredRecord>;
  private readonly listeners = new Set<(records: readonly StoredRecord[]) => void>();
  private uncommitted: { record: StoredRecord; bytes: number }[] = [];
  /** Of them, what goes into one segment. */
  private segment: { firstOffset: number; records: SegmentRecord[] } | undefined;

  constructor(
    row: TopicRow,
    private readonly log: RecordLog,
  ) {
    this.id = row.id;
    this.name = row.name;
    this.cleanup = row.cleanup;
    this.retentionMs = row.retention_ms ?? undefined;
    this.nextOffset = this.end = row.next_offset;
    this.tail = new Tail(row.next_offset);
  }

  matches(spec: TopicSpec): boolean {
    return this.cleanup === spec.cleanup && this.retentionMs === spec.retentionMs;
  }

  /** Takes a record for the transaction that is being put together. */
  stage(record: StoredRecord, headersJson: string | null, bytes: number): void {
    this.uncommitted.push({ record, bytes });
    this.nextOffset = record.offset + 1;
    const encodable = { key: record.key, headersJson, value: record.value };
    if (this.cleanup === 'compact') {
      this.writeSegment(record.storedAtMs);
      this.log.insertRecord(this.id, record.offset, record.storedAtMs, encodable);
    } else if (this.segment) this.segment.records.push(encodable);
    else this.segment = { firstOffset: record.offset, records: [encodable] };
  }

  /** Call when the transaction is complete. */
  writeSegment(storedAtMs: number): void {
    if (this.segment) this.log.insertSegment(this.id, this.segment.firstOffset, storedAtMs, this.segment.records);
    this.segment = undefined;
  }

  committed(): void {
    if (this.uncommitted.length === 0) return;
    const records = this.uncommitted;
    this.uncommitted = [];
    for (const { record, bytes } of records) this.tail.push(record, bytes);
    this.end = this.nextOffset;
    const fresh = records.map(({ record }) => record);
    for (const listener of [...this.listeners]) listener(fresh);
  }

  rolledBack(): void {
    this.uncommitted = [];
    this.segment = undefined;
    this.nextOffset = this.end;
  }

  read(from: number, max: number): Page<StoredRecord> {
    if (from >= this.end) return { items: [], next: from };
    const size = Math.min(max, MAX_PAGE);
    const items = this.tail.read(from, size) ?? this.log.page(this, from, size);
    const last = items.at(-1);
    // Compaction and retention leave holes, also at the end.
    return { items, next: last === undefined ? this.end : last.offset + 1 };
  }

  onCommitted(listener: (records: readonly StoredRecord[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
