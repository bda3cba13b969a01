import { BusUnavailableError, type BusRecord, type RecordPosition } from '../port';
import { BatchSender } from './batch-sender';
import type { KafkaConnection } from './connection';
import type { KafkaSettings } from './options';
import { partitionOf } from './partition-of';
import { PartitionQueue, type Outgoing } from './partition-queue';
import { backoffMs, pause } from './timing';
import { errorType } from './wire';

/** How often what takes too long is looked for. */
const SWEEP_MS = 100;
/** How long a topic that brokers do not know may take to become known: it may have been created a moment ago. */
const UNKNOWN_TOPIC_MS = 3_000;
/** Brokers are asked for the partitions of all topics in use. */
const REFRESH_MS = 60_000;

interface TopicQueue {
  partitions: PartitionQueue[];
  /** Taken while the number of partitions was not known. */
  unassigned: { record: BusRecord; outgoing: Outgoing }[];
  loading: boolean;
}

/**
 * Writes records with acks from all replicas in sync, each exactly once and in order per partition. What was taken while
 * requests are under way goes together in the next one.
 */
export class RecordProducer {
  private readonly topics = new Map<string, TopicQueue>();
  private readonly sender: BatchSender;
  private closed = false;
  /** How long a record may wait to be stored. */
  private patienceMs: number;
  private readonly sweeper: NodeJS.Timeout;
  private readonly refresher: NodeJS.Timeout;

  constructor(
    private readonly connection: KafkaConnection,
    private readonly settings: KafkaSettings,
  ) {
    this.patienceMs = settings.publishTimeoutMs;
    this.sender = new BatchSender(connection, settings);
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS);
    this.sweeper.unref();
    this.refresher = setInterval(() => {
      for (const topic of this.topics.keys()) connection.refresh(topic).catch(() => undefined);
    }, REFRESH_MS);
    this.refresher.unref();
  }

  /** @throws BusUnavailableError after `publishTimeoutMs`, or at once when too much is waiting. */
  publish(records: readonly BusRecord[]): Promise<RecordPosition[]> {
    if (this.closed) return Promise.reject(new BusUnavailableError('The bus is closed.'));
    if (this.sender.queuedBytes > this.settings.maxQueuedBytes) {
      return Promise.reject(new BusUnavailableError('Too much is waiting to be sent to Kafka: try again later.'));
    }
    return Promise.all(records.map((record) => this.take(record)));
  }

  /** Writes to a partition whatever the key. */
  publishTo(partition: number, record: BusRecord): Promise<RecordPosition> {
    return new Promise((resolve, reject) => {
      const queue = this.topic(record.topic);
      this.sender.add(this.queue(queue, record.topic, partition), outgoing(record, resolve, reject));
    });
  }

  /** When the oldest record that is not stored yet was taken, milliseconds since the epoch; Infinity when all are. */
  oldestMs(): number {
    return this.sender.oldestMs();
  }

  /** From now on nothing waits longer than this; a service that stops need not wait as long as one that goes on. */
  hurry(patienceMs: number): void {
    this.patienceMs = Math.min(this.patienceMs, patienceMs);
  }

  /** Waits for what is under way: no longer than a publish takes. */
  async close(): Promise<void> {
    this.closed = true;
    while (!this.sender.isIdle() || [...this.topics.values()].some(({ unassigned }) => unassigned.length > 0)) {
      await pause(5);
    }
    clearInterval(this.sweeper);
    clearInterval(this.refresher);
  }

  private take(record: BusRecord): Promise<RecordPosition> {
    return new Promise((resolve, reject) => {
      const queue = this.topic(record.topic);
      const item = outgoing(record, resolve, reject);
      const count = this.connection.partitionCount(record.topic);
      // Behind those that wait for the number of partitions, if there are any: order.
      if (count > 0 && queue.unassigned.length === 0) this.assign(queue, record, item, count);
      else {
        this.sender.queuedBytes += item.bytes;
        queue.unassigned.push({ record, outgoing: item });
        if (!queue.loading) void this.load(record.topic, queue);
      }
    });
  }

  private assign(queue: TopicQueue, record: BusRecord, item: Outgoing, count: number): void {
    this.sender.add(this.queue(queue, record.topic, partitionOf(record.key, count)), item);
  }

  private async load(topic: string, queue: TopicQueue): Promise<void> {
    queue.loading = true;
    const since = Date.now();
    for (let attempt = 0; this.connection.partitionCount(topic) === 0 && queue.unassigned.length > 0; attempt++) {
      try {
        await this.connection.refresh(topic);
      } catch (error) {
        if (errorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION' && Date.now() - since > UNKNOWN_TOPIC_MS) {
          this.failUnassigned(queue, new BusUnavailableError(`There is no topic ${topic}: call ensureTopics first.`));
        }
        await pause(backoffMs(attempt));
      }
    }
    queue.loading = false;
    const count = this.connection.partitionCount(topic);
    const waiting = queue.unassigned;
    queue.unassigned = [];
    for (const { record, outgoing: item } of waiting) {
      this.sender.queuedBytes -= item.bytes;
      this.assign(queue, record, item, count);
    }
  }

  private failUnassigned(queue: TopicQueue, error: Error): void {
    for (const { outgoing: item } of queue.unassigned) {
      this.sender.queuedBytes -= item.bytes;
      item.reject(error);
    }
    queue.unassigned = [];
  }

  /** Rejects what has waited too long, and with it all that is queued behind it. */
  private sweep(): void {
    const tooOld = Date.now() - this.patienceMs;
    this.sender.giveUpBefore(tooOld);
    for (const queue of this.topics.values()) {
      const oldest = queue.unassigned[0]?.outgoing.takenAtMs ?? Infinity;
      if (oldest <= tooOld) this.failUnassigned(queue, new BusUnavailableError('Kafka does not answer.'));
    }
  }

  private topic(name: string): TopicQueue {
    let queue = this.topics.get(name);
    if (!queue) this.topics.set(name, (queue = { partitions: [], unassigned: [], loading: false }));
    return queue;
  }

  private queue(topic: TopicQueue, name: string, partition: number): PartitionQueue {
    return (topic.partitions[partition] ??= new PartitionQueue(name, partition));
  }
}

function outgoing(record: BusRecord, resolve: Outgoing['resolve'], reject: Outgoing['reject']): Outgoing {
  const { key, value, headers } = record;
  let bytes = 64 + key.length + (value?.length ?? 0);
  for (const name in headers) bytes += name.length + headers[name]!.length;
  return { message: { key, value, headers }, bytes, takenAtMs: Date.now(), resolve, reject };
}
