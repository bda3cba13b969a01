import type { SqliteFile, SqlStatement } from '@chargestream/embedded-sqlite';
import type { StoredEvent } from '../port';
import { formatPosition } from './position';

export interface EncodedEvent {
  id: string;
  type: string;
  dataJson: string;
  metadataJson: string;
}

interface EventRow {
  position: number;
  stream: string;
  revision: number;
  id: string;
  type: string;
  data: string;
  metadata: string;
  stored_at: number;
}

const COLUMNS = 'position, stream, revision, id, type, data, metadata, stored_at';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS event (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    stored_at INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    data TEXT NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS event_by_stream ON event (stream, revision);
`;

/** The SQL of the embedded store: every statement it runs, prepared once. */
export class EventLog {
  private readonly insertEvent: SqlStatement<unknown>;
  private readonly lastRevision: SqlStatement<{ revision: number | null }>;
  private readonly deleteOlder: SqlStatement<unknown>;
  private readonly idsOfStream: SqlStatement<{ id: string }>;
  private readonly forwards: SqlStatement<EventRow>;
  private readonly backwards: SqlStatement<EventRow>;
  private readonly log: SqlStatement<EventRow>;

  constructor(private readonly file: SqliteFile) {
    file.exec(SCHEMA);
    this.insertEvent = file.prepare(`INSERT INTO event (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
    this.lastRevision = file.prepare('SELECT max(revision) AS revision FROM event WHERE stream = ?');
    this.deleteOlder = file.prepare('DELETE FROM event WHERE stream = ? AND revision < ?');
    this.idsOfStream = file.prepare(
      'SELECT id FROM event WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?',
    );
    const ofStream = `SELECT ${COLUMNS} FROM event WHERE stream = ? AND revision`;
    this.forwards = file.prepare(`${ofStream} >= ? ORDER BY revision LIMIT ?`);
    this.backwards = file.prepare(`${ofStream} <= ? ORDER BY revision DESC LIMIT ?`);
    this.log = file.prepare(`SELECT ${COLUMNS} FROM event WHERE position >= ? AND position < ? ORDER BY position`);
  }

  /** The position after the newest event. */
  end(): number {
    const row = this.file.prepare<{ position: number | null }>('SELECT max(position) AS position FROM event').get([]);
    return (row?.position ?? 0) + 1;
  }

  /** -1 for a stream without events. */
  revisionOf(stream: string): number {
    return this.lastRevision.get([stream])?.revision ?? -1;
  }

  deleteBelow(stream: string, revision: number): void {
    this.deleteOlder.run([stream, revision]);
  }

  ids(stream: string, fromRevision: number, count: number): string[] {
    return this.idsOfStream.all([stream, fromRevision, count]).map(({ id }) => id);
  }

  insert(position: number, stream: string, revision: number, event: EncodedEvent, storedAtMs: number): void {
    const { id, type, dataJson, metadataJson } = event;
    this.insertEvent.run([position, stream, revision, id, type, dataJson, metadataJson, storedAtMs]);
  }

  readForwards(stream: string, fromRevision: number, max: number): StoredEvent[] {
    return this.forwards.all([stream, fromRevision, max]).map(toEvent);
  }

  readBackwards(stream: string, fromRevision: number, max: number): StoredEvent[] {
    return this.backwards.all([stream, fromRevision, max]).map(toEvent);
  }

  /** Events at positions from `from` up to but not including `below`. */
  readLog(from: number, below: number, wanted: (stream: string) => boolean): StoredEvent[] {
    return this.log
      .all([from, below])
      .filter(({ stream }) => wanted(stream))
      .map(toEvent);
  }
}

function toEvent(row: EventRow): StoredEvent {
  return {
    id: row.id,
    type: row.type,
    data: JSON.parse(row.data) as unknown,
    metadata: JSON.parse(row.metadata) as Record<string, unknown>,
    stream: row.stream,
    revision: row.revision,
    position: formatPosition(row.position),
    storedAt: new Date(row.stored_at).toISOString(),
  };
}
