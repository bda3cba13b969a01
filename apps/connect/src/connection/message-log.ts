import { randomUUID } from 'node:crypto';
import { toBusRecord, TOPICS, type OcppMessageEntry } from '@chargestream/contracts';
import type { EventBus } from '@chargestream/event-bus';
import type { ConnectMetrics } from '../connect-metrics';

/** Entries of one publish, and how long the first of them waits. */
const BATCH = 500;
const FLUSH_AFTER_MS = 50;
/** What may wait while the bus is slow or away; beyond it frames are lost to the log, and counted. */
const MAX_WAITING = 20_000;

/** The raw frames, both directions, already redacted. Nothing waits for it and nothing fails because of it. */
export class MessageLog {
  private waiting: { key: string; entry: OcppMessageEntry }[] = [];
  private timer: NodeJS.Timeout | null = null;
  private publishing: Promise<void> | null = null;

  constructor(
    private readonly bus: EventBus,
    private readonly metrics: ConnectMetrics,
    private readonly source: string,
  ) {}

  record(key: string, entry: OcppMessageEntry): void {
    if (this.waiting.length >= MAX_WAITING) return this.metrics.logEntriesLost(1);
    this.waiting.push({ key, entry });
    if (this.waiting.length >= BATCH) void this.flush();
    else this.timer ??= setTimeout(() => void this.flush(), FLUSH_AFTER_MS).unref();
  }

  /** Publishes what waits. Never rejects. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    while (this.publishing) await this.publishing;
    if (this.waiting.length === 0) return;
    this.publishing = this.publish(this.waiting.splice(0, MAX_WAITING));
    await this.publishing;
  }

  private async publish(batch: { key: string; entry: OcppMessageEntry }[]): Promise<void> {
    try {
      await this.bus.publish(batch.map(({ key, entry }) => this.recordOf(key, entry)));
    } catch {
      this.metrics.logEntriesLost(batch.length);
    } finally {
      this.publishing = null;
    }
  }

  private recordOf(key: string, entry: OcppMessageEntry) {
    const identity = { id: randomUUID(), type: 'OcppMessage', source: this.source };
    return toBusRecord(TOPICS.ocppMessages, key, identity, entry);
  }
}
