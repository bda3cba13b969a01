import { openSqliteFile, WRITE_PRAGMAS } from '@chargestream/embedded-sqlite';
import type { SqliteFile } from '@chargestream/embedded-sqlite';
import { BusUnavailableError } from '../port';
import type {
  BusRecord,
  Candidacy,
  CompactedTable,
  EventBus,
  LeadOptions,
  RecordPosition,
  SubscribeOptions,
  Subscription,
  TopicSpec,
} from '../port';
import { Cleanup } from './cleanup';
import type { CleanupOptions } from './cleanup';
import { GroupCommitter } from './group-committer';
import { Groups } from './groups';
import { Leaders, SoleCandidacy } from './leaders';
import { RecordLog, WRITE_STATEMENTS } from './record-log';
import { encodeRecord } from './encode-record';
import { EmbeddedSubscription } from './subscription';
import { EmbeddedTable } from './table';
import { Topic } from './topic';
import { Writer, type Operation } from './writer';

const SAVE_OFFSETS_MS = 200;
/** A transaction counts large records as several rows, so that it stays within some megabytes. */
const BYTES_PER_ROW = 4096;

export interface EmbeddedEventBusOptions extends CleanupOptions {
  /** SQLite file; its folder is created when missing. */
  path: string;
  /** Wall clock, milliseconds since the epoch. */
  clock?: () => number;
  /** How long a publish waits for others to share its fsync; 0 (default) gathers one turn of the event loop. */
  groupCommitMs?: number;
  /** Pause between two passes of compaction and retention, default 10 s. */
  cleanupIntervalMs?: number;
}

/**
 * Opens the bus in a file that this process alone owns.
 * @throws FileInUseError when another one has it
 */
export function openEmbeddedEventBus(options: EmbeddedEventBusOptions): Promise<EventBus> {
  return new Promise((resolve) => resolve(new EmbeddedEventBus(options)));
}

class EmbeddedEventBus implements EventBus {
  private readonly file: SqliteFile;
  private readonly log: RecordLog;
  private readonly writer: Writer;
  private readonly committer: GroupCommitter;
  private readonly groups: Groups;
  private readonly cleanup: Cleanup;
  private readonly topics = new Map<string, Topic>();
  private readonly leaders = new Leaders();
  private readonly touched = new Set<Topic>();
  private readonly open = new Set<{ close: () => Promise<void> }>();
  private readonly nowMs: () => number;
  private readonly cleanupTimer: NodeJS.Timeout;
  /** Puts back what the transaction under way changed in memory. */
  private undo: (() => void)[] = [];
  private saveTimer: NodeJS.Timeout | undefined;
  private nextTopicId = 1;
  /** When the transaction that is being put together was begun: all its records have this time. */
  private storedAtMs: number | undefined;
  private closing: Promise<void> | undefined;

  constructor(options: EmbeddedEventBusOptions) {
    this.nowMs = options.clock ?? Date.now;
    this.file = openSqliteFile(options.path);
    try {
      this.log = new RecordLog(this.file);
      for (const row of this.log.topics()) {
        this.topics.set(row.name, new Topic(row, this.log));
        this.nextTopicId = row.id + 1;
      }
      this.groups = new Groups(this.log, this.nowMs);
      this.cleanup = new Cleanup(this.log, this.groups, this.nowMs, options);
      this.writer = new Writer(options.path, WRITE_STATEMENTS, WRITE_PRAGMAS);
      this.committer = new GroupCommitter({
        writer: this.writer,
        groupCommitMs: options.groupCommitMs,
        beforeCommit: () => this.completeTransaction(),
        afterCommit: () => this.committed(),
        afterRollback: () => this.rolledBack(),
      });
    } catch (error) {
      this.file.close();
      throw error;
    }
    this.cleanupTimer = setInterval(() => this.cleanUp(), options.cleanupIntervalMs ?? 10_000);
    this.cleanupTimer.unref();
  }

  async ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    await Promise.all(specs.map((spec) => this.write(1, () => this.ensureTopic(spec))));
  }

  publish(records: readonly BusRecord[]): Promise<RecordPosition[]> {
    let encoded;
    try {
      encoded = records.map(encodeRecord);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    const rows = encoded.reduce((sum, { bytes }) => sum + Math.ceil(bytes / BYTES_PER_ROW), 0);
    return this.write(rows, () => {
      const storedAtMs = (this.storedAtMs ??= this.nowMs());
      return encoded.map(({ record, headersJson, bytes }) => {
        const topic = this.topic(record.topic);
        const position = { topic: topic.name, partition: 0, offset: topic.nextOffset };
        topic.stage({ ...record, ...position, storedAtMs }, headersJson, bytes);
        this.touched.add(topic);
        return position;
      });
    });
  }

  /** One process owns the file, so nobody can be fenced. */
  async publishAtomically(_writer: string, records: readonly BusRecord[]): Promise<void> {
    await this.publish(records);
  }

  lead(options: LeadOptions): Promise<Candidacy> {
    const candidacy: SoleCandidacy = new SoleCandidacy(options, this.leaders, () => this.open.delete(candidacy));
    this.open.add(candidacy);
    return Promise.resolve(candidacy);
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const topics = await this.write(1, () => options.topics.map((name) => this.topic(name)));
    const context = {
      groups: this.groups,
      saveOffsets: () => this.saveOffsets(),
      saveOffsetsSoon: () => this.saveOffsetsSoon(),
    };
    const subscription: EmbeddedSubscription = new EmbeddedSubscription(options, topics, context, () =>
      this.open.delete(subscription),
    );
    this.open.add(subscription);
    // The beginning of a new group is durable before anybody relies on it.
    await this.saveOffsets();
    return subscription;
  }

  async openTable(name: string): Promise<CompactedTable> {
    const topic = await this.write(1, () => this.topic(name));
    const table: EmbeddedTable = new EmbeddedTable(topic, () => this.open.delete(table));
    this.open.add(table);
    await table.load();
    return table;
  }

  isAvailable(): boolean {
    return this.committer.isAvailable();
  }

  onAvailabilityChange(listener: (available: boolean) => void): () => void {
    return this.committer.onAvailabilityChange(listener);
  }

  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  private async closeOnce(): Promise<void> {
    clearInterval(this.cleanupTimer);
    await Promise.all([...this.open].map((part) => part.close()));
    clearTimeout(this.saveTimer);
    await this.committer.close();
    await this.writer.close();
    this.file.close();
  }

  /** Runs `apply` in the next transaction and resolves with what it returned once that is durable. */
  private write<T>(rows: number, apply: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.committer.submit({
        rows: Math.max(1, rows),
        apply: () => {
          const result = apply();
          return { operations: this.log.takeOperations(), settle: () => resolve(result) };
        },
        failed: (cause) => reject(new BusUnavailableError('The embedded event bus takes no records now.', { cause })),
      });
    });
  }

  /** Inside a transaction: the topic, created when nobody has yet. */
  private topic(name: string): Topic {
    return this.topics.get(name) ?? this.createTopic({ name, cleanup: 'delete' });
  }

  private ensureTopic(spec: TopicSpec): void {
    const topic = this.topics.get(spec.name) ?? this.createTopic(spec);
    if (topic.matches(spec)) return;
    const { cleanup, retentionMs } = topic;
    this.undo.push(() => Object.assign(topic, { cleanup, retentionMs }));
    this.log.setTopic(topic.id, spec);
    topic.cleanup = spec.cleanup;
    topic.retentionMs = spec.retentionMs;
  }

  private createTopic(spec: TopicSpec): Topic {
    const id = this.nextTopicId;
    this.log.addTopic(id, spec);
    const row = { id, name: spec.name, cleanup: spec.cleanup, retention_ms: spec.retentionMs ?? null, next_offset: 0 };
    const topic = new Topic(row, this.log);
    this.nextTopicId++;
    this.topics.set(spec.name, topic);
    this.undo.push(() => this.topics.delete(spec.name));
    return topic;
  }

  /** What the writes of a transaction staged together, and the offsets that ride along. */
  private completeTransaction(): readonly Operation[] {
    for (const topic of this.touched) topic.writeSegment(this.storedAtMs ?? this.nowMs());
    this.groups.save();
    return this.log.takeOperations();
  }

  private committed(): void {
    this.undo = [];
    this.storedAtMs = undefined;
    this.groups.saved();
    for (const topic of this.touched) topic.committed();
    this.touched.clear();
  }

  private rolledBack(): void {
    this.log.takeOperations();
    this.groups.notSaved();
    this.storedAtMs = undefined;
    for (const topic of this.touched) topic.rolledBack();
    this.touched.clear();
    for (const undo of this.undo.splice(0).reverse()) undo();
    this.cleanup.forget();
  }

  private async saveOffsets(): Promise<void> {
    if (this.groups.hasUnsaved()) await this.write(1, () => undefined);
  }

  private saveOffsetsSoon(): void {
    this.saveTimer ??= setTimeout(() => {
      this.saveTimer = undefined;
      this.saveOffsets().catch(() => this.saveOffsetsSoon());
    }, SAVE_OFFSETS_MS);
    this.saveTimer.unref();
  }

  private cleanUp(): void {
    if (!this.isAvailable()) return;
    for (const topic of this.topics.values()) {
      const pass = (): Promise<void> =>
        this.write(1, () => this.cleanup.pass(topic)).then((more) => (more ? pass() : undefined));
      // A file that cannot be written is told of elsewhere; the next interval tries again.
      pass().catch(() => undefined);
    }
  }
}
