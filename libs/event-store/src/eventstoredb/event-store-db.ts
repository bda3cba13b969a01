import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  FORWARDS,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  START,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type AppendExpectedRevision,
  type Credentials,
  type JSONEventType,
} from '@eventstore/db-client';
import { StoreUnavailableError, WrongExpectedRevisionError } from '../port';
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
import { checkCount } from '../keep-newest';
import { atLeader, readAtLeader } from './at-leader';
import { Availability } from './availability';
import { connect } from './connection-string';
import { unavailable } from './errors';
import { Follower } from './follower';
import { MaxCount } from './max-count';
import { comparePositions, formatPosition, parsePosition } from './position';
import { readAllByFeed } from './read-all';
import { eventsOf } from './reading';
import { storedEvent } from './stored-event';
import { within } from './within';

/** Structurally a pino logger. */
export interface EventStoreDbLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface EventStoreDbOptions {
  /** `esdb://host:port?tls=true`, or a cluster's `esdb+discover://…`. */
  url: string;
  username?: string;
  password?: string;
  /** PEM file of the authority that signed the nodes' certificates. */
  caFile?: string;
  logger?: EventStoreDbLogger;
  /** How long a call may take, ms (default 10,000). */
  deadlineMs?: number;
}

/** Opens the store. @throws StoreUnavailableError when it does not answer. */
export async function openEventStoreDb(options: EventStoreDbOptions): Promise<EventStore> {
  const store = new EventStoreDb(options);
  try {
    await store.probe();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

const ANYBODY: Credentials = { username: 'anybody', password: 'anybody' };
const DEFAULT_DEADLINE_MS = 10_000;
/** Of our own clock, after the call's own deadline. */
const PATIENCE_MS = 1_000;
const DISPOSE_MS = 2_000;

class EventStoreDb implements EventStore {
  private readonly client: EventStoreDBClient;
  private readonly availability: Availability;
  private readonly followers = new Set<Follower>();
  private readonly deadlineMs: number;
  /**
   * Given with every append: without them the client uses its batched append, whose promises of one connection are rejected when
   * another breaks.
   */
  private readonly credentials: Credentials;
  private readonly waitMs: number;
  private readonly maxCount: MaxCount;
  private closed = false;

  constructor(options: EventStoreDbOptions) {
    const { logger, deadlineMs = DEFAULT_DEADLINE_MS } = options;
    this.deadlineMs = deadlineMs;
    this.waitMs = deadlineMs + PATIENCE_MS;
    const { client, credentials } = connect(options);
    this.client = client;
    this.credentials = credentials ?? ANYBODY;
    this.maxCount = new MaxCount(this.client, this.credentials, this.waitMs);
    this.availability = new Availability({
      probe: () => this.probe(),
      onChange: (available) => {
        if (available) logger?.info({}, 'the event store answers again');
        else logger?.warn({}, 'the event store does not answer');
      },
    });
  }

  /** @throws StoreUnavailableError */
  async probe(): Promise<void> {
    await this.lastOfAll();
  }

  async append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendResult> {
    const expectedRevision: AppendExpectedRevision = expected === 'no-stream' ? NO_STREAM : BigInt(expected);
    const json = events.map(({ id, type, data, metadata }) =>
      jsonEvent<JSONEventType>({ id, type, data: data as JSONEventType['data'], metadata }),
    );
    const options = {
      expectedRevision,
      credentials: this.credentials,
      deadline: this.deadlineMs,
      requiresLeader: true,
    };
    try {
      await this.within(() => this.client.appendToStream(stream, json, options));
    } catch (error) {
      // Too large for good: to repeat it would be in vain.
      if (error instanceof MaxAppendSizeExceededError) throw error;
      if (!(error instanceof WrongExpectedVersionError)) throw this.failed(error);
      this.availability.succeeded();
      throw new WrongExpectedRevisionError(stream, expected, await this.actualRevision(stream));
    }
    this.availability.succeeded();
    // With an exact revision there is only one place where the events can be, also when they were there already.
    return { revision: (expected === 'no-stream' ? -1 : expected) + events.length };
  }

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<StoredEvent> {
    const { fromRevision, limit, direction = 'forwards' } = options;
    this.refuseWhenClosed();
    const backwards = direction === 'backwards';
    const read = () =>
      this.client.readStream(stream, {
        direction: backwards ? BACKWARDS : FORWARDS,
        fromRevision: fromRevision === undefined ? (backwards ? END : START) : BigInt(fromRevision),
        requiresLeader: true,
        ...(limit === undefined ? {} : { maxCount: limit }),
      });
    try {
      for await (const resolved of readAtLeader(() => eventsOf(read(), this.waitMs))) {
        const event = storedEvent(resolved);
        if (event !== null) yield event;
      }
      this.availability.succeeded();
    } catch (error) {
      if (error instanceof StreamNotFoundError) return;
      throw this.failed(error);
    }
  }

  async *readAll(
    options: { from?: string | null; streamPrefixes?: readonly string[] } = {},
  ): AsyncIterable<StoredEvent> {
    const from = options.from ? parsePosition(options.from) : null;
    const end = await this.lastOfAll();
    if (end === null || (from !== null && comparePositions(from, end) >= 0)) return;
    const { streamPrefixes } = options;
    const reading = { client: this.client, from, end, streamPrefixes, waitMs: this.waitMs };
    try {
      yield* readAtLeader(() => readAllByFeed(reading));
    } catch (error) {
      throw this.failed(error);
    }
  }

  async keepNewest(stream: string, count: number): Promise<void> {
    checkCount(count);
    this.refuseWhenClosed();
    try {
      await atLeader(() => this.maxCount.set(stream, count));
    } catch (error) {
      throw this.failed(error);
    }
    this.availability.succeeded();
  }

  subscribe(options: StoreSubscribeOptions): Promise<StoreSubscription> {
    this.refuseWhenClosed();
    const { streamPrefixes } = options;
    const follower = new Follower({
      ...options,
      client: this.client,
      newest: async (after) => {
        let newest: string | null = null;
        const from = after && formatPosition(after);
        for await (const { position } of this.readAll({ from, ...(streamPrefixes && { streamPrefixes }) })) {
          newest = position;
        }
        return newest;
      },
      onFeedFailed: (error) => void this.failed(error),
      onFeedWorks: () => this.availability.succeeded(),
    });
    this.followers.add(follower);
    return Promise.resolve({
      caughtUp: () => follower.caughtUp(),
      position: () => follower.position(),
      close: () => {
        this.followers.delete(follower);
        return follower.close();
      },
    });
  }

  comparePositions(a: string, b: string): number {
    return comparePositions(parsePosition(a), parsePosition(b));
  }

  isAvailable(): boolean {
    return this.availability.isAvailable();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.availability.close();
    await Promise.all([...this.followers].map((follower) => follower.close()));
    // What the client waits for at its end may never come when the server is gone.
    await Promise.race([this.client.dispose(), new Promise((resolve) => setTimeout(resolve, DISPOSE_MS).unref())]);
  }

  private async actualRevision(stream: string): Promise<ExpectedRevision> {
    for await (const { revision } of this.readStream(stream, { direction: 'backwards', limit: 1 })) return revision;
    return 'no-stream';
  }

  private async lastOfAll() {
    this.refuseWhenClosed();
    const read = async () => {
      const options = { direction: BACKWARDS, fromPosition: END, maxCount: 1, requiresLeader: true } as const;
      for await (const { event } of eventsOf(this.client.readAll(options), this.waitMs)) return event?.position ?? null;
      return null;
    };
    try {
      const position = await this.within(read);
      this.availability.succeeded();
      return position;
    } catch (error) {
      throw this.failed(error);
    }
  }

  /** Longer than the call's own deadline: the client's promise may never settle when its connection breaks. */
  private within<Result>(call: () => Promise<Result>): Promise<Result> {
    this.refuseWhenClosed();
    return within(() => atLeader(call), this.waitMs);
  }

  private failed(error: unknown): StoreUnavailableError {
    this.availability.failed();
    return unavailable(error);
  }

  private refuseWhenClosed(): void {
    if (this.closed) throw new StoreUnavailableError('The event store is closed.');
  }
}
