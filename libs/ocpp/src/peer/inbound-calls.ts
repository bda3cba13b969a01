import type { PeerSocket } from './peer-options';

/** However fast the sender, more than this many unread CALLs are an attack: TCP has been throttled long before. */
const HARD_LIMIT = 4096;
/** An unread answer backlog of this size pauses reading. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/**
 * Handles what comes in one after the other, in order. When too many wait, or the other side does not read its answers,
 * the socket is paused. Also while it is held: when whoever owns all connections has too much under way.
 */
export class InboundCalls<Item> {
  private readonly queue: Item[] = [];
  private busy = false;
  private paused = false;
  private full = false;
  private held = false;
  private stopped = false;
  private idleWaiters: (() => void)[] = [];

  constructor(
    private readonly socket: PeerSocket,
    private readonly maxQueued: number,
    /** Returns a promise only when the answer has to wait: the synchronous path costs no microtask. */
    private readonly handle: (item: Item) => void | Promise<void>,
    /** Asked before each item is handled. True holds this one and those behind it until `release`. */
    private readonly mustWait: () => boolean = () => false,
  ) {}

  /** Whether items wait for `release`, and the socket with them. */
  get isHeld(): boolean {
    return this.held;
  }

  /** @returns false when the sender must be cut off. */
  push(item: Item): boolean {
    if (this.stopped) return true;
    // What is held waits in the queue: where that is empty, nothing is.
    if (!this.busy && this.queue.length === 0) {
      this.held = this.mustWait();
      if (!this.held) {
        this.start(item);
        return true;
      }
    }
    this.queue.push(item);
    this.throttle();
    return this.queue.length <= HARD_LIMIT;
  }

  /** Resolves when nothing waits or is being handled. */
  idle(): Promise<void> {
    if (!this.busy && this.queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  /** Forgets what waits; for a socket that is gone and whose messages must not be handled any more. */
  stop(): void {
    this.stopped = true;
    this.queue.length = 0;
    this.tellIdle();
  }

  /** Handles what was held, as far as it need not wait again, and reads on. */
  release(): void {
    if (!this.held) return;
    this.held = false;
    this.advance();
    this.throttle();
  }

  /** Looks again whether the socket may be read: after answers have left. */
  throttle(): void {
    const full = this.queue.length >= this.maxQueued || this.socket.bufferedAmount > MAX_BUFFERED_BYTES;
    if (full || this.queue.length <= this.maxQueued / 2) this.full = full;
    const pause = this.full || this.held;
    if (pause === this.paused) return;
    this.paused = pause;
    if (pause) this.socket.pause();
    else this.socket.resume();
  }

  private start(item: Item): void {
    const pending = this.handle(item);
    if (!pending) return;
    this.busy = true;
    void pending.then(() => this.continue());
  }

  private continue(): void {
    this.busy = false;
    this.advance();
    if (this.paused || this.held) this.throttle();
  }

  private advance(): void {
    while (!this.busy && this.queue.length > 0) {
      this.held = this.mustWait();
      if (this.held) return;
      this.start(this.queue.shift() as Item);
    }
    if (!this.busy) this.tellIdle();
  }

  private tellIdle(): void {
    for (const resolve of this.idleWaiters.splice(0)) resolve();
  }
}
