/** What producers hand over: one message for one topic. `value: null` is a tombstone in a compacted topic. */
export interface BusRecord {
  topic: string;
  /** Records with the same key keep their order. By convention `tenant/charger`. */
  key: string;
  value: Buffer | null;
  /** CloudEvents attributes (`ce_id`, `ce_type`, …) and trace context, as Kafka headers. */
  headers?: Record<string, string>;
}

/** Where a record came to lie. `offset` grows with every record of its partition and never repeats. */
export interface RecordPosition {
  topic: string;
  partition: number;
  offset: number;
}

export interface StoredRecord extends RecordPosition {
  key: string;
  value: Buffer | null;
  headers: Record<string, string>;
  /** When the bus took it, milliseconds since the epoch. */
  storedAtMs: number;
}

export interface TopicSpec {
  name: string;
  /** `compact` keeps the newest record of each key for ever; `delete` drops what is past its retention. */
  cleanup: 'compact' | 'delete';
  /** Only for `delete`; absent means keep for ever. */
  retentionMs?: number;
  /** Ignored by buses with a single log per topic. */
  partitions?: number;
}

export interface SubscribeOptions {
  /** Members of one group share the partitions; each group gets every record. */
  group: string;
  topics: string[];
  /** Where a group without a committed offset begins. */
  from: 'earliest' | 'latest';
  /** At most this many records in one call of the handler (default 500). */
  maxBatchSize?: number;
  /**
   * Under load, hands over together what came within so many milliseconds: fewer, larger batches. What comes after a quiet
   * time comes at once. Default 0.
   */
  gatherMs?: number;
  /**
   * Called with records of one partition in offset order, never concurrently for one partition.
   * When the promise resolves the offsets are committed; when it rejects the same records come again after a pause.
   * Delivery is at least once.
   */
  handle: (records: readonly StoredRecord[]) => Promise<void>;
  /** Told of every rejection of `handle`, before the retry. */
  onError?: (error: unknown, records: readonly StoredRecord[]) => void;
}

export interface Subscription {
  /** Resolves when everything that was on the topics at the call has been handled and committed, by whichever member. */
  caughtUp(): Promise<void>;
  /** Records the group has not yet handled. */
  lag(): Promise<number>;
  /** Stops fetching, waits for the handler under way, commits what it finished. */
  close(): Promise<void>;
}

export interface TableEntry {
  key: string;
  value: Buffer;
  headers: Record<string, string>;
  offset: number;
}

/** A local copy of a compacted topic, complete when `openTable` resolves and following it from there. */
export interface CompactedTable {
  get(key: string): TableEntry | undefined;
  entries(): IterableIterator<TableEntry>;
  size(): number;
  /** `entry` is undefined for a tombstone. Called after the copy has changed; returns the function that stops it. */
  onChange(listener: (key: string, entry: TableEntry | undefined) => void): () => void;
  close(): Promise<void>;
}

export interface LeadOptions {
  /** Name of what only one process of all should do, e.g. `projections`. */
  role: string;
  /**
   * Called when this process is given the role; ends soon after `signal` aborts. When it rejects earlier it is called again
   * after a pause, as long as the role is held.
   */
  run: (signal: AbortSignal) => Promise<void>;
  onError?: (error: unknown) => void;
}

/** This process's standing for a role. */
export interface Candidacy {
  isLeader(): boolean;
  /** Gives the role up when `run` has ended, so that another takes over at once. */
  close(): Promise<void>;
}

export interface EventBus {
  /** Creates what is missing; never shrinks or deletes. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /**
   * Resolves when every record is durable (survives SIGKILL of this process and of one broker), with positions in the
   * order given. Calls made one after the other keep their order per key even when not awaited.
   * @throws BusUnavailableError when the bus cannot take records; nothing is known to be stored then.
   */
  publish(records: readonly BusRecord[]): Promise<RecordPosition[]>;
  /**
   * As `publish`, and all or none, whatever topics and partitions: readers never see a part of them. `writer` names who
   * writes, over all processes: once a process has written under that name, an earlier one is refused.
   * @throws WriterFencedError when another process writes under this name since; nothing is stored then.
   * @throws BusUnavailableError when the bus cannot take records; repeat it.
   */
  publishAtomically(writer: string, records: readonly BusRecord[]): Promise<void>;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /**
   * Stands for a role. One process has it at a time and another gets it when that one closes or is not heard of for some
   * seconds. A process that was merely cut off may for a moment not know that it lost it: fence what it does
   * (`publishAtomically`, a checkpoint compared in the same transaction).
   */
  lead(options: LeadOptions): Promise<Candidacy>;
  openTable(topic: string): Promise<CompactedTable>;
  /** True while `publish` can be expected to succeed. */
  isAvailable(): boolean;
  /** Told of each change of `isAvailable`; returns the function that stops it. */
  onAvailabilityChange(listener: (available: boolean) => void): () => void;
  /** Waits for publishes under way, closes subscriptions and tables. */
  close(): Promise<void>;
}

/** The bus cannot take or give records now. Callers fail closed: they must not tell a charger that its message is safe. */
export class BusUnavailableError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'BusUnavailableError';
  }
}

/** Another process has taken over under this writer's name: stop, and stand for the role again. */
export class WriterFencedError extends Error {
  constructor(writer: string, options?: { cause?: unknown }) {
    super(`Another process writes as ${writer} now.`, options);
    this.name = 'WriterFencedError';
  }
}
