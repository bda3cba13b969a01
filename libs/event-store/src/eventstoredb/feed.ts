import { START, streamNameFilter, type AllStreamSubscription, type EventStoreDBClient } from '@eventstore/db-client';
import type { AllStreamResolvedEvent, Position } from '@eventstore/db-client';
import type { StoredEvent } from '../port';
import { comparePositions } from './position';
import { storedEvent } from './stored-event';

export interface FeedOptions {
  client: EventStoreDBClient;
  /** Exclusive. */
  from: Position | null;
  streamPrefixes: readonly string[] | undefined;
  /** Something came, or the feed failed or has caught up: look at it. */
  onChange: () => void;
}

/** Events held before the server is asked to wait. */
const HIGH_WATER = 2_000;
/** Events in the client's own buffer; its default of 16 makes every few events wait for a turn. */
const STREAM_BUFFER = 256;
/** EventStoreDB looks at so many events before it tells how far a filter has come. */
const SEARCH_WINDOW = 32;
/** Of these windows. */
const CHECKPOINT_INTERVAL = 32;

/** One subscription to $all from a position on: a queue of its events, until it fails or is closed. */
export class Feed {
  readonly queue: StoredEvent[] = [];
  failure: unknown = null;
  /** All that was in the log when it began has come into the queue. */
  caughtUp = false;
  /** The filter has looked at everything up to here; what came before it has been taken from the queue. */
  scanned: Position | null = null;
  private readonly subscription: AllStreamSubscription;
  private checkpoint: Position | null = null;
  private live = false;
  private closed = false;

  constructor(private readonly options: FeedOptions) {
    const { client, from, streamPrefixes } = options;
    const checkpoints = {
      maxSearchWindow: SEARCH_WINDOW,
      checkpointInterval: CHECKPOINT_INTERVAL,
      checkpointReached: (_subscription: AllStreamSubscription, position: Position) => this.checkpointReached(position),
    };
    // The server's own streams begin with a dollar.
    const filter =
      streamPrefixes === undefined
        ? streamNameFilter({ regex: '^[^$]', ...checkpoints })
        : streamNameFilter({ prefixes: [...streamPrefixes], ...checkpoints });
    this.subscription = client.subscribeToAll(
      { fromPosition: from ?? START, filter, requiresLeader: true },
      { highWaterMark: STREAM_BUFFER },
    );
    this.subscription.on('data', (resolved: AllStreamResolvedEvent) => this.received(resolved));
    this.subscription.on('caughtUp', () => {
      this.live = true;
      this.look();
    });
    for (const event of ['error', 'end', 'close'] as const) {
      this.subscription.on(event, (error?: unknown) => this.failed(error));
    }
  }

  /** Takes at most so many from the queue. */
  take(count: number): StoredEvent[] {
    const taken = this.queue.splice(0, count);
    if (this.queue.length < HIGH_WATER / 2 && this.subscription.isPaused()) this.subscription.resume();
    return taken;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.queue.length = 0;
    this.subscription.removeAllListeners('data');
    // What is on its way must run out, or the client never forgets the call.
    this.subscription.resume();
    try {
      await this.subscription.unsubscribe();
    } catch {
      // It never came to be.
    }
  }

  private received(resolved: AllStreamResolvedEvent): void {
    const event = storedEvent(resolved);
    if (event !== null) this.queue.push(event);
    if (this.queue.length >= HIGH_WATER) this.subscription.pause();
    this.look();
  }

  /** "Caught up" may overtake events that wait in the stream's own buffer. */
  private look(): void {
    if (this.live && !this.caughtUp && this.subscription.readableLength === 0) this.caughtUp = true;
    this.options.onChange();
  }

  private checkpointReached(position: Position): void {
    // Some servers give the end of the log as a checkpoint, where the next event will lie, or the largest number there is: what
    // came before one has come for sure only when a later and larger one follows. And events that wait here are not looked at yet.
    const isBorneOut = this.checkpoint !== null && comparePositions(this.checkpoint, position) < 0;
    if (isBorneOut && this.queue.length === 0 && this.subscription.readableLength === 0) this.scanned = this.checkpoint;
    this.checkpoint = position;
    this.options.onChange();
  }

  private failed(error: unknown): void {
    if (this.closed) return;
    this.failure ??= error ?? new Error('the subscription ended');
    this.options.onChange();
  }
}
