/** An event as a writer hands it over. `id` is a UUID and derived from the natural key, so that a repeat has the same. */
export interface NewEvent {
  id: string;
  type: string;
  /** JSON-serialisable. */
  data: unknown;
  /** JSON-serialisable: correlation, causation, times. */
  metadata: Record<string, unknown>;
}

export interface StoredEvent {
  id: string;
  type: string;
  data: unknown;
  metadata: Record<string, unknown>;
  stream: string;
  /** 0 for the first event of the stream. */
  revision: number;
  /** Opaque, ordered place in the whole log: hand it back to `subscribe` as a checkpoint. Compare with `comparePositions`. */
  position: string;
  /** When the store took it, ISO 8601 UTC. */
  storedAt: string;
}

/** The revision the writer last saw, or `'no-stream'` when it saw none. */
export type ExpectedRevision = number | 'no-stream';

export interface AppendResult {
  /** Revision of the stream's last event after the append. */
  revision: number;
}

export interface ReadStreamOptions {
  /** First revision to read, default 0. */
  fromRevision?: number;
  limit?: number;
  /** `backwards` starts at `fromRevision`, or at the end. */
  direction?: 'forwards' | 'backwards';
}

export interface StoreSubscribeOptions {
  /** Position of the last event already handled; null from the very first. */
  from: string | null;
  /** Only streams whose name starts with one of these; absent means every stream. */
  streamPrefixes?: readonly string[];
  /** Default 500. */
  maxBatchSize?: number;
  /**
   * Under load, hands over together what came within so many milliseconds: fewer, larger batches. What comes after a quiet
   * time comes at once. Default 0.
   */
  gatherMs?: number | undefined;
  /**
   * Called with events in log order, never concurrently. When it rejects the same events come again after a pause.
   * The handler stores the last position with its own effects: that is the checkpoint.
   */
  handle: (events: readonly StoredEvent[]) => Promise<void>;
  onError?: (error: unknown) => void;
}

export interface StoreSubscription {
  /** Resolves when everything that was in the log at the call has been handled. */
  caughtUp(): Promise<void>;
  /** Position of the last event handled. */
  position(): string | null;
  close(): Promise<void>;
}

export interface EventStore {
  /**
   * Appends all events or none and resolves when they are durable. Repeating an append that succeeded (same ids, same
   * expected revision) succeeds again and changes nothing.
   * @throws WrongExpectedRevisionError when the stream is elsewhere.
   * @throws StoreUnavailableError when it is not known whether the append happened; repeat it.
   */
  append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendResult>;
  /** Empty for a stream that does not exist. */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<StoredEvent>;
  /** The whole log in order, up to its end at the call. */
  readAll(options?: { from?: string | null; streamPrefixes?: readonly string[] }): AsyncIterable<StoredEvent>;
  /**
   * Lets a stream forget all but its newest `count` events (at least 1); revisions stay what they were. Whether it goes on forgetting
   * as more are appended, and when the log and its subscriptions forget too, is the adapter's: call it again after appends.
   * Repeating an append that is forgotten may be refused.
   * @throws StoreUnavailableError when it is not known whether it happened; repeat it.
   */
  keepNewest(stream: string, count: number): Promise<void>;
  /** Catch-up subscription: past events first, then live ones. */
  subscribe(options: StoreSubscribeOptions): Promise<StoreSubscription>;
  /** Negative when a lies before b. */
  comparePositions(a: string, b: string): number;
  isAvailable(): boolean;
  close(): Promise<void>;
}

export class WrongExpectedRevisionError extends Error {
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: ExpectedRevision,
  ) {
    super(`Stream ${stream} is at ${actual}, not at ${expected}: load it again and decide again.`);
    this.name = 'WrongExpectedRevisionError';
  }
}

export class StoreUnavailableError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StoreUnavailableError';
  }
}
