import type { Message } from 'kafkajs';
import type { RecordPosition } from '../port';

/** What Kafka tells a producer apart by; the sequence of its records tells it what it has got already. */
export interface ProducerIdentity {
  producerId: string;
  producerEpoch: number;
}

/** A record on its way. */
export interface Outgoing {
  message: Message;
  /** Of key, value and headers, roughly. */
  bytes: number;
  takenAtMs: number;
  resolve(position: RecordPosition): void;
  reject(error: Error): void;
}

/** Records sent together. What was tried once is repeated exactly so: only then does the broker recognise it. */
export interface Batch {
  records: Outgoing[];
  identity: ProducerIdentity;
  firstSequence: number;
  attempts: number;
  onTheWire: boolean;
}

const SEQUENCES = 2 ** 31;

/** The records for one partition, in order: one batch tried until it is stored, the others behind it. */
export class PartitionQueue {
  batch: Batch | null = null;
  /** Sent in a request of its own, since a request for several partitions failed without saying for which. */
  alone = false;
  retryAtMs = 0;
  /** Since when brokers do not know the topic any more. */
  goneSinceMs: number | null = null;
  private waiting: Outgoing[] = [];
  private identity: ProducerIdentity | null = null;
  private nextSequence = 0;

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {}

  add(record: Outgoing): void {
    this.waiting.push(record);
  }

  /** There is something that may be sent now. */
  isReady(nowMs: number): boolean {
    if (this.retryAtMs > nowMs) return false;
    return this.batch ? !this.batch.onTheWire : this.waiting.length > 0;
  }

  isEmpty(): boolean {
    return this.batch === null && this.waiting.length === 0;
  }

  /** When the oldest record that is not stored yet was taken. */
  oldestMs(): number {
    return (this.batch?.records[0] ?? this.waiting[0])?.takenAtMs ?? Infinity;
  }

  /** The batch to send now: the one that was tried, or a new one of at most so many bytes, but one record at least. */
  nextBatch(identity: ProducerIdentity, mostBytes: number): Batch {
    if (this.batch) return this.batch;
    if (this.identity === null) {
      this.identity = identity;
      this.nextSequence = 0;
    }
    let bytes = 0;
    let count = 0;
    for (const record of this.waiting) {
      bytes += record.bytes;
      if (count > 0 && bytes > mostBytes) break;
      count++;
    }
    const records = count === this.waiting.length ? this.waiting : this.waiting.slice(0, count);
    this.waiting = count === this.waiting.length ? [] : this.waiting.slice(count);
    this.batch = { records, identity: this.identity, firstSequence: this.nextSequence, attempts: 0, onTheWire: false };
    return this.batch;
  }

  stored(batch: Batch, baseOffset: number): void {
    if (this.batch !== batch) return;
    this.batch = null;
    this.alone = false;
    this.retryAtMs = 0;
    this.nextSequence = (this.nextSequence + batch.records.length) % SEQUENCES;
    const { topic, partition } = this;
    batch.records.forEach(({ resolve }, index) => resolve({ topic, partition, offset: baseOffset + index }));
  }

  /**
   * Gives up everything. Whether the broker has the last batch is not known, so what comes later is written under a new
   * identity: the sequence of the old one has a hole or has not.
   */
  fail(error: Error): Outgoing[] {
    const given = [...(this.batch?.records ?? []), ...this.waiting];
    this.batch = null;
    this.waiting = [];
    this.identity = null;
    this.alone = false;
    for (const { reject } of given) reject(error);
    return given;
  }
}
