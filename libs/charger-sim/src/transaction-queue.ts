import { pause, type Clock } from './clock';

type Payload = Record<string, unknown>;

/** A message the charger owes to the server until it is acknowledged. */
export interface TransactionMessage {
  action: string;
  sessionRef: string;
  /** Built when it is sent: in 1.6 the transactionId is known only after StartTransaction was answered. */
  payload(): Payload;
  acknowledged(response: Payload): void;
  /** Answered CALLERROR as often as the charger tries; it is dropped. */
  refused(error: unknown): void;
}

/** How an attempt that brought no CALLRESULT is to be taken. */
export type DeliveryFailure = 'disconnected' | 'refused' | 'unanswered';

export interface TransactionQueueOptions {
  clock: Clock;
  /** One attempt; rejects when no CALLRESULT came. */
  deliver(message: TransactionMessage, attempt: number): Promise<Payload>;
  classify(error: unknown): DeliveryFailure;
  /** 1.6 §3.7.1, §9.1.31 TransactionMessageAttempts: how often it is sent when the answer is a CALLERROR. */
  attempts(): number;
  /** 1.6 §3.7.1, §9.1.32 TransactionMessageRetryInterval, times the number of attempts made. */
  retryIntervalMs(): number;
}

/**
 * The queue of transaction messages. 1.6 §3.6 and 2.0.1 E04.FR.03: they are delivered in the order they arose, one at a
 * time, and what was not acknowledged before the connection broke is sent again after it is back.
 */
export class TransactionQueue {
  private readonly messages: TransactionMessage[] = [];
  private readonly waiters = new Set<() => void>();
  private isOnline = false;
  private isPumping = false;

  constructor(private readonly options: TransactionQueueOptions) {}

  get length(): number {
    return this.messages.length;
  }

  /** What is owed, oldest first. */
  get pending(): readonly TransactionMessage[] {
    return this.messages;
  }

  push(message: TransactionMessage): void {
    this.messages.push(message);
    void this.pump();
  }

  online(): void {
    this.isOnline = true;
    void this.pump();
  }

  offline(): void {
    this.isOnline = false;
  }

  /** Resolves when nothing is owed, or the signal aborts. */
  drained(signal?: AbortSignal): Promise<void> {
    if (this.messages.length === 0 || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = () => {
        this.waiters.delete(finish);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      this.waiters.add(finish);
      signal?.addEventListener('abort', finish, { once: true });
    });
  }

  private async pump(): Promise<void> {
    if (this.isPumping) return;
    this.isPumping = true;
    let attempt = 0;
    while (this.isOnline && this.messages.length > 0) {
      const message = this.messages[0]!;
      attempt++;
      const outcome = await this.options.deliver(message, attempt).then(
        (response) => ({ response }),
        (error: unknown) => ({ error }),
      );
      if ('error' in outcome) {
        attempt = await this.afterFailure(message, outcome.error, attempt);
        continue;
      }
      this.messages.shift();
      message.acknowledged(outcome.response);
      attempt = 0;
    }
    this.isPumping = false;
    if (this.messages.length === 0) this.announceDrained();
  }

  /** @returns how many attempts count for the message now at the head */
  private async afterFailure(message: TransactionMessage, error: unknown, attempt: number): Promise<number> {
    const { clock, classify } = this.options;
    const attempts = this.options.attempts();
    const retryIntervalMs = this.options.retryIntervalMs();
    switch (classify(error)) {
      case 'disconnected':
        // A broken connection burns no attempt; online() starts over unless the connection is back already.
        await pause(clock, 0);
        return attempt - 1;
      case 'unanswered':
        await pause(clock, retryIntervalMs);
        return attempt - 1;
      case 'refused':
        if (attempt >= attempts) {
          this.messages.shift();
          message.refused(error);
          return 0;
        }
        await pause(clock, retryIntervalMs * attempt);
        return attempt;
    }
  }

  private announceDrained(): void {
    for (const finish of [...this.waiters]) finish();
  }
}
