import type { OcppVersion } from '../versions';
import { encodeFrame } from '../framing/encode-frame';
import { CallAbortedError, CallTimeoutError, OutboundQueueFullError, PeerClosedError } from './peer-errors';

/** How many ids of given-up CALLs are remembered, to tell a late answer from an unsolicited one. */
const REMEMBERED_LATE = 32;
/** While the socket is not read, the answer may lie there: looked at again after this. */
const UNREAD_MS = 1_000;

export interface OutboundCall {
  messageId: string;
  action: string;
  payload: unknown;
  timeoutMs: number;
  signal?: AbortSignal;
  /** Told when the CALL was written to the socket. */
  onSent?: () => void;
}

interface Waiting extends OutboundCall {
  text: string;
  resolve: (payload: unknown) => void;
  reject: (error: Error) => void;
  stopWatching: () => void;
}

/**
 * Our CALLs: one outstanding at a time (1.6 J §4.1.1; 2.x part 4 §4.1.1), the others wait in order.
 * The promise of `call` settles exactly once.
 */
export class OutboundCalls {
  private readonly queue: Waiting[] = [];
  private outstanding: (Waiting & { timer: NodeJS.Timeout }) | undefined;
  private readonly late: string[] = [];
  private closedBecause: string | undefined;

  constructor(
    private readonly version: OcppVersion,
    private readonly maxQueued: number,
    private readonly write: (text: string, call: OutboundCall) => void,
    /** Whether we do not read at the moment: no silence of the other side. */
    private readonly isHeld: () => boolean = () => false,
  ) {}

  call(call: OutboundCall): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.closedBecause !== undefined) return reject(new PeerClosedError(call.action, false, this.closedBecause));
      if (this.outstanding && this.queue.length >= this.maxQueued) {
        return reject(new OutboundQueueFullError(call.action, this.maxQueued));
      }
      if (call.signal?.aborted) return reject(new CallAbortedError(call.action, false));
      const text = encodeFrame({ type: 'CALL', ...call }, this.version);
      const waiting: Waiting = { ...call, text, resolve, reject, stopWatching: () => undefined };
      waiting.stopWatching = this.watch(waiting);
      this.queue.push(waiting);
      this.next();
    });
  }

  /** The action an answer belongs to, without consuming it. */
  actionOf(messageId: string): string | null {
    return this.outstanding?.messageId === messageId ? this.outstanding.action : null;
  }

  /** @returns how to settle the CALL that `messageId` answers, or why there is none. */
  take(
    messageId: string,
  ): { settle: Pick<Waiting, 'action' | 'resolve' | 'reject'> } | { none: 'late' | 'unsolicited' } {
    const { outstanding } = this;
    if (outstanding?.messageId !== messageId) {
      return { none: this.late.includes(messageId) ? 'late' : 'unsolicited' };
    }
    this.finish();
    return { settle: outstanding };
  }

  closed(reason: string): void {
    if (this.closedBecause !== undefined) return;
    this.closedBecause = reason;
    const { outstanding } = this;
    if (outstanding) {
      clearTimeout(outstanding.timer);
      outstanding.stopWatching();
      outstanding.reject(new PeerClosedError(outstanding.action, true, reason));
      this.outstanding = undefined;
    }
    for (const waiting of this.queue.splice(0)) {
      waiting.stopWatching();
      waiting.reject(new PeerClosedError(waiting.action, false, reason));
    }
  }

  private next(): void {
    if (this.outstanding || this.closedBecause !== undefined) return;
    const waiting = this.queue.shift();
    if (!waiting) return;
    this.outstanding = Object.assign(waiting, { timer: this.timer(waiting, waiting.timeoutMs) });
    this.write(waiting.text, waiting);
    waiting.onSent?.();
  }

  private timer(waiting: Waiting, afterMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      if (!this.isHeld()) this.giveUp(waiting, new CallTimeoutError(waiting.action, waiting.timeoutMs));
      else if (this.outstanding) this.outstanding.timer = this.timer(waiting, UNREAD_MS);
    }, afterMs);
  }

  private finish(): void {
    const { outstanding } = this;
    if (!outstanding) return;
    clearTimeout(outstanding.timer);
    outstanding.stopWatching();
    this.outstanding = undefined;
    // After the caller was told, so that what it does next comes first.
    queueMicrotask(() => this.next());
  }

  private giveUp(waiting: Waiting, error: Error): void {
    if (this.outstanding?.messageId !== waiting.messageId) return;
    this.late.push(waiting.messageId);
    if (this.late.length > REMEMBERED_LATE) this.late.shift();
    this.finish();
    waiting.reject(error);
  }

  private watch(waiting: Waiting): () => void {
    const { signal } = waiting;
    if (!signal) return () => undefined;
    const abort = () => {
      const at = this.queue.indexOf(waiting);
      if (at < 0) return this.giveUp(waiting, new CallAbortedError(waiting.action, true));
      this.queue.splice(at, 1);
      waiting.reject(new CallAbortedError(waiting.action, false));
    };
    signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  }
}
