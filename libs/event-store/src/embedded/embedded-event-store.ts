import { Follower, GroupCommitter, openSqliteFile, Tail } from '@chargestream/embedded-sqlite';
import type { Page, SqliteFile } from '@chargestream/embedded-sqlite';
import { StoreUnavailableError } from '../port';
import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  NewEvent,
  ReadStreamOptions,
  StoredEvent,
  StoreSubscribeOptions,
  StoreSubscription,
} from '../port';
import { decideAppend, encodeEvents } from './append';
import { checkCount } from '../keep-newest';
import { EventLog } from './event-log';
import type { EncodedEvent } from './event-log';
import { formatPosition, parsePosition } from './position';
import { Revisions } from './revisions';

/** How many rows one read from SQL fetches: some milliseconds of the event loop. */
const PAGE = 500;

export interface EmbeddedEventStoreOptions {
  /** SQLite file; its folder is created when missing. */
  path: string;
  /** Wall clock, milliseconds since the epoch. */
  clock?: () => number;
  /** How long an append waits for others to share its fsync; 0 (default) gathers one turn of the event loop. */
  groupCommitMs?: number;
}

/**
 * Opens the store in a file that this process alone owns.
 * @throws FileInUseError when another one has it
 */
export function openEmbeddedEventStore(options: EmbeddedEventStoreOptions): Promise<EventStore> {
  return new Promise((resolve) => resolve(new EmbeddedEventStore(options)));
}

class EmbeddedEventStore implements EventStore {
  private readonly file: SqliteFile;
  private readonly log: EventLog;
  private readonly committer: GroupCommitter;
  private readonly revisions: Revisions;
  private readonly tail: Tail<StoredEvent>;
  private readonly followers = new Set<Follower<StoredEvent>>();
  private readonly nowMs: () => number;
  /** The position that the next event gets, committed or not. */
  private next: number;
  /** The position after the newest durable event. */
  private end: number;
  private uncommitted: { event: StoredEvent; bytes: number }[] = [];
  private closing: Promise<void> | undefined;

  constructor(options: EmbeddedEventStoreOptions) {
    this.nowMs = options.clock ?? Date.now;
    this.file = openSqliteFile(options.path);
    try {
      this.log = new EventLog(this.file);
      this.revisions = new Revisions(this.log);
      this.next = this.end = this.log.end();
      this.tail = new Tail(this.end);
      this.committer = new GroupCommitter({
        file: this.file,
        groupCommitMs: options.groupCommitMs,
        afterCommit: () => this.committed(),
        afterRollback: () => this.rolledBack(),
      });
    } catch (error) {
      this.file.close();
      throw error;
    }
  }

  append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      const encoded = encodeEvents(stream, events, expected);
      this.committer.submit({
        rows: Math.max(1, encoded.length),
        apply: () => {
          const decision = decideAppend(this.log, stream, encoded, expected, this.revisions.of(stream));
          switch (decision.kind) {
            case 'append': {
              const revision = this.insert(stream, encoded, decision.firstRevision);
              return () => resolve({ revision });
            }
            case 'repeated':
              return () => resolve(decision.result);
            case 'refused':
              return () => reject(decision.error);
          }
        },
        failed: (cause) =>
          reject(new StoreUnavailableError('The embedded event store takes no events now.', { cause })),
      });
    });
  }

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<StoredEvent> {
    const backwards = options.direction === 'backwards';
    let revision = options.fromRevision ?? (backwards ? Number.MAX_SAFE_INTEGER : 0);
    let left = options.limit ?? Infinity;
    while (left > 0 && revision >= 0) {
      const max = Math.min(PAGE, left);
      const page = this.orUnavailable(() =>
        backwards ? this.log.readBackwards(stream, revision, max) : this.log.readForwards(stream, revision, max),
      );
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < max) return;
      left -= page.length;
      revision = last.revision + (backwards ? -1 : 1);
    }
  }

  async *readAll(
    options: { from?: string | null; streamPrefixes?: readonly string[] } = {},
  ): AsyncIterable<StoredEvent> {
    const wanted = streamFilter(options.streamPrefixes);
    const end = this.end;
    for (let from = after(options.from ?? null); from < end; from += PAGE) {
      yield* this.orUnavailable(() => this.log.readLog(from, Math.min(from + PAGE, end), wanted));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  keepNewest(stream: string, count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      checkCount(count);
      this.committer.submit({
        rows: 1,
        apply: () => {
          // The newest event of all is the newest of its stream: the end of the log stays where it is.
          this.log.deleteBelow(stream, this.revisions.of(stream) + 1 - count);
          return resolve;
        },
        failed: (cause) =>
          reject(new StoreUnavailableError('The embedded event store forgets nothing now.', { cause })),
      });
    });
  }

  subscribe(options: StoreSubscribeOptions): Promise<StoreSubscription> {
    return new Promise((resolve) => {
      const wanted = streamFilter(options.streamPrefixes);
      const start = after(options.from);
      let position = options.from;
      const follower = new Follower<StoredEvent>({
        start: () => start,
        read: (from) => this.readPage(from, options.maxBatchSize ?? PAGE, wanted),
        handle: options.handle,
        handled: (events) => (position = events.at(-1)?.position ?? position),
        onError: (error) => options.onError?.(error),
        gatherMs: options.gatherMs,
        backlogFrom: options.maxBatchSize ?? PAGE,
      });
      this.followers.add(follower);
      follower.run();
      resolve({
        caughtUp: () => follower.reached(this.end),
        position: () => position,
        close: () => {
          this.followers.delete(follower);
          return follower.close();
        },
      });
    });
  }

  comparePositions(a: string, b: string): number {
    return parsePosition(a) - parsePosition(b);
  }

  isAvailable(): boolean {
    return this.committer.isAvailable();
  }

  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  private async closeOnce(): Promise<void> {
    await Promise.all([...this.followers].map((follower) => follower.close()));
    this.committer.close();
    this.file.close();
  }

  /** Inside a transaction; returns the last revision. */
  private insert(stream: string, events: readonly EncodedEvent[], firstRevision: number): number {
    const storedAtMs = this.nowMs();
    const storedAt = new Date(storedAtMs).toISOString();
    let revision = firstRevision - 1;
    for (const event of events) {
      revision++;
      const position = this.next++;
      this.log.insert(position, stream, revision, event, storedAtMs);
      this.uncommitted.push(staged(stream, revision, formatPosition(position), storedAt, event));
    }
    this.revisions.set(stream, revision);
    return revision;
  }

  private committed(): void {
    if (this.uncommitted.length === 0) return;
    for (const { event, bytes } of this.uncommitted) this.tail.push(event, bytes);
    this.uncommitted = [];
    this.end = this.next;
    for (const follower of this.followers) follower.wake();
  }

  private rolledBack(): void {
    this.uncommitted = [];
    this.next = this.end;
    this.revisions.forget();
  }

  private readPage(from: number, max: number, wanted: (stream: string) => boolean): Page<StoredEvent> {
    if (from >= this.end) return { items: [], next: from };
    const recent = this.tail.read(from, max);
    if (recent !== undefined)
      return { items: recent.filter(({ stream }) => wanted(stream)), next: from + recent.length };
    const below = Math.min(from + Math.min(max, PAGE), this.end);
    return { items: this.log.readLog(from, below, wanted), next: below };
  }

  private orUnavailable<T>(read: () => T): T {
    try {
      return read();
    } catch (cause) {
      throw new StoreUnavailableError('The embedded event store cannot be read now.', { cause });
    }
  }
}

function after(position: string | null): number {
  return position === null ? 1 : parsePosition(position) + 1;
}

function streamFilter(prefixes: readonly string[] | undefined): (stream: string) => boolean {
  if (prefixes === undefined) return () => true;
  return (stream) => prefixes.some((prefix) => stream.startsWith(prefix));
}

/** As the event will be read: parsed from its JSON, so that readers never share the objects of the writer. */
function staged(stream: string, revision: number, position: string, storedAt: string, event: EncodedEvent) {
  const { id, type, dataJson, metadataJson } = event;
  return {
    event: {
      id,
      type,
      data: JSON.parse(dataJson) as unknown,
      metadata: JSON.parse(metadataJson) as Record<string, unknown>,
      stream,
      revision,
      position,
      storedAt,
    },
    bytes: 300 + 2 * (dataJson.length + metadataJson.length),
  };
}
