import { PROBE_TOPIC, type KafkaConnection } from './connection';
import type { KafkaSettings } from './options';
import type { RecordProducer } from './producer';

const PROBE_EVERY_MS = 500;
const LOOK_EVERY_MS = 100;

/**
 * Whether Kafka takes records, found out by writing some: a broker may be there and hang, or lack the replicas it needs. A
 * record that waits too long makes the bus unavailable; a round of probes that all were stored makes it available again.
 */
export class Availability {
  private available = false;
  private readonly listeners = new Set<(available: boolean) => void>();
  private readonly probing: NodeJS.Timeout;
  private readonly looking: NodeJS.Timeout;
  private lateLooks = 0;
  private round: Promise<void> | null = null;

  constructor(
    private readonly connection: KafkaConnection,
    private readonly producer: RecordProducer,
    private readonly settings: KafkaSettings,
  ) {
    this.probing = setInterval(() => void this.probe(), PROBE_EVERY_MS);
    this.looking = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.probing.unref();
    this.looking.unref();
  }

  isAvailable(): boolean {
    return this.available;
  }

  onChange(listener: (available: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** One record to each partition of the probe topic, which has one for each broker. One round at a time. */
  probe(): Promise<void> {
    this.round ??= this.probeAll().finally(() => (this.round = null));
    return this.round;
  }

  /** Nothing new is written; what is said stays. */
  stopProbing(): void {
    clearInterval(this.probing);
  }

  /** From now on unavailable. */
  close(): void {
    this.stopProbing();
    clearInterval(this.looking);
    this.change(false);
    this.listeners.clear();
  }

  private async probeAll(): Promise<void> {
    const record = { topic: PROBE_TOPIC, key: this.settings.clientId, value: Buffer.from(new Date().toISOString()) };
    const count = this.connection.partitionCount(PROBE_TOPIC);
    const probes = Array.from({ length: count }, (_, partition) => this.producer.publishTo(partition, record));
    try {
      await Promise.all(probes);
      if (count > 0 && !this.isLate()) this.change(true);
    } catch {
      this.change(false);
    }
  }

  private look(): void {
    // Late twice: when it was this process that was busy, the answers are read between two looks.
    this.lateLooks = this.isLate() ? this.lateLooks + 1 : 0;
    if (this.available && this.lateLooks > 1) this.change(false);
  }

  private isLate(): boolean {
    return Date.now() - this.producer.oldestMs() > this.settings.unavailableAfterMs;
  }

  private change(available: boolean): void {
    if (available === this.available) return;
    this.available = available;
    for (const listener of [...this.listeners]) listener(available);
  }
}
