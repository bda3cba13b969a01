import type { StoredRecord, Subscription } from '@chargestream/event-bus';

/** How long one failure counts when nothing is heard of a success, ms: retries come sooner than that. */
const FAILURE_COUNTS_MS = 30_000;

/** How far core's consumers are, and whether they get on. Costs some map entries per batch, nothing per record. */
export class Progress {
  private readonly consumers = new Map<string, Subscription>();
  /** Of each partition: when the bus took the oldest record of the batch in hand, ms since the epoch. */
  private readonly inHand = new Map<string, { topic: string; storedAtMs: number }>();
  private readonly failures = new Map<string, number>();
  private running = true;

  constructor(private readonly clock: () => number) {}

  /** A failed batch stays in hand until it comes again and succeeds. */
  around(topic: string, handle: (records: readonly StoredRecord[]) => Promise<void>) {
    return async (records: readonly StoredRecord[]): Promise<void> => {
      const first = records[0];
      if (first === undefined) return;
      const partition = `${topic}/${first.partition}`;
      this.inHand.set(partition, { topic, storedAtMs: first.storedAtMs });
      await handle(records);
      this.inHand.delete(partition);
      this.succeeded(`handling ${topic}`);
    };
  }

  consumes(topic: string, subscription: Subscription): void {
    this.consumers.set(topic, subscription);
  }

  failed(what: string): void {
    this.failures.set(what, this.clock());
  }

  succeeded(what: string): void {
    this.failures.delete(what);
  }

  stopped(): void {
    this.running = false;
  }

  isRunning(): boolean {
    return this.running;
  }

  /** Whether everything that `includes` names gets on. */
  isHealthy(includes: (what: string) => boolean): boolean {
    if (!this.running) return false;
    const since = this.clock() - FAILURE_COUNTS_MS;
    return [...this.failures].every(([what, failedAtMs]) => failedAtMs < since || !includes(what));
  }

  /** Of each topic: records not yet handled, and the age of the oldest of them that is in hand, seconds. */
  async lags(): Promise<{ topic: string; records: number; ageS: number }[]> {
    if (!this.running) return [];
    return Promise.all(
      [...this.consumers].map(async ([topic, subscription]) => {
        const oldest = [...this.inHand.values()].filter((batch) => batch.topic === topic);
        const storedAtMs = Math.min(this.clock(), ...oldest.map((batch) => batch.storedAtMs));
        return { topic, records: await subscription.lag(), ageS: (this.clock() - storedAtMs) / 1000 };
      }),
    );
  }
}
