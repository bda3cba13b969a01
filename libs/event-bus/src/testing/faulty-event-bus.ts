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

/** A bus whose publishing can be made to fail and to recover, or slow, around any other bus. Reading goes on. */
export class FaultyEventBus implements EventBus {
  private failing = false;
  private readonly listeners = new Set<(available: boolean) => void>();
  private readonly unlisten: () => void;
  private slow: { timer: NodeJS.Timeout; stored: (() => void)[] } | null = null;

  constructor(private readonly inner: EventBus) {
    this.unlisten = inner.onAvailabilityChange((available) => {
      if (!this.failing) this.tell(available);
    });
  }

  /** From now on `publish` rejects with BusUnavailableError. Publishes under way go on. */
  fail(): void {
    this.change(true);
  }

  recover(): void {
    this.change(false);
  }

  /** From now on what is published is acknowledged so often, together. Of no effect on `publishAtomically`. */
  slowDown(everyMs: number): void {
    this.speedUp();
    const stored: (() => void)[] = [];
    const timer = setInterval(() => {
      for (const acknowledge of stored.splice(0)) acknowledge();
    }, everyMs);
    this.slow = { timer, stored };
  }

  /** Acknowledges what waits, and everything at once from now on. */
  speedUp(): void {
    if (!this.slow) return;
    clearInterval(this.slow.timer);
    for (const acknowledge of this.slow.stored) acknowledge();
    this.slow = null;
  }

  ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    return this.failing ? Promise.reject(switchedOff()) : this.inner.ensureTopics(topics);
  }

  async publish(records: readonly BusRecord[]): Promise<RecordPosition[]> {
    if (this.failing) throw switchedOff();
    const { slow } = this;
    const positions = await this.inner.publish(records);
    if (slow && slow === this.slow) await new Promise<void>((resolve) => slow.stored.push(resolve));
    return positions;
  }

  publishAtomically(writer: string, records: readonly BusRecord[]): Promise<void> {
    return this.failing ? Promise.reject(switchedOff()) : this.inner.publishAtomically(writer, records);
  }

  lead(options: LeadOptions): Promise<Candidacy> {
    return this.inner.lead(options);
  }

  subscribe(options: SubscribeOptions): Promise<Subscription> {
    return this.inner.subscribe(options);
  }

  openTable(topic: string): Promise<CompactedTable> {
    return this.inner.openTable(topic);
  }

  isAvailable(): boolean {
    return !this.failing && this.inner.isAvailable();
  }

  onAvailabilityChange(listener: (available: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): Promise<void> {
    this.speedUp();
    this.unlisten();
    return this.inner.close();
  }

  private change(failing: boolean): void {
    const before = this.isAvailable();
    this.failing = failing;
    const now = this.isAvailable();
    if (now !== before) this.tell(now);
  }

  private tell(available: boolean): void {
    for (const listener of [...this.listeners]) listener(available);
  }
}

function switchedOff(): BusUnavailableError {
  return new BusUnavailableError('The test has switched the bus off: call recover().');
}
