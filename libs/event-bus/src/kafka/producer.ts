import { BusUnavailableError, type BusRecord, type RecordPosition } from '../port';
import type { KafkaConnection } from './connection';
import type { KafkaSettings } from './options';
import { partitionOf } from './partition-of';
import { PartitionQueue, type Batch, type Outgoing, type ProducerIdentity } from './partition-queue';
import { backoffMs, pause } from './timing';
import { errorType, type WireBroker } from './wire';

/** Of one partition in one request; below what brokers take by default (1 MB). */
const MOST_BATCH_BYTES = 512 * 1024;
/** Requests under way to one broker at a time, each for other partitions. */
const REQUESTS_PER_BROKER = 3;
/** How often what takes too long is looked for. */
const SWEEP_MS = 100;
/** How long a topic that brokers do not know may take to become known: it may have been created a moment ago. */
const UNKNOWN_TOPIC_MS = 3_000;
/** And one that was known: it has been deleted. Sooner than it would make the bus unavailable. */
const GONE_TOPIC_MS = 1_000;
/** Brokers are asked for the partitions of all topics in use. */
const REFRESH_MS = 60_000;

/** Repeating these helps; at others the brokers will say the same again. */
const FINAL_ERRORS = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
]);

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
  /** With something to send. */
  private readonly active = new Set<PartitionQueue>();
  private readonly requests = new Map<number, number>();
  private identity: ProducerIdentity | null = null;
  private identityAsked = false;
  private queuedBytes = 0;
  private flushAsked = false;
  private closed = false;
  private readonly sweeper: NodeJS.Timeout;
  private readonly refresher: NodeJS.Timeout;

  constructor(
    private readonly connection: KafkaConnection,
    private readonly settings: KafkaSettings,
  ) {
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
    if (this.queuedBytes > this.settings.maxQueuedBytes) {
      return Promise.reject(new BusUnavailableError('Too much is waiting to be sent to Kafka: try again later.'));
    }
    return Promise.all(records.map((record) => this.take(record)));
  }

  /** Writes to a partition whatever the key. */
  publishTo(partition: number, record: BusRecord): Promise<RecordPosition> {
    return new Promise((resolve, reject) => {
      const queue = this.topic(record.topic);
      this.enqueue(this.queue(queue, record.topic, partition), outgoing(record, resolve, reject));
    });
  }

  /** When the oldest record that is not stored yet was taken, milliseconds since the epoch; Infinity when all are. */
  oldestMs(): number {
    let oldest = Infinity;
    for (const queue of this.active) oldest = Math.min(oldest, queue.oldestMs());
    return oldest;
  }

  /** Waits for what is under way: no longer than a publish takes. */
  async close(): Promise<void> {
    this.closed = true;
    while (this.active.size > 0 || [...this.topics.values()].some(({ unassigned }) => unassigned.length > 0)) {
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
        this.queuedBytes += item.bytes;
        queue.unassigned.push({ record, outgoing: item });
        if (!queue.loading) void this.load(record.topic, queue);
      }
    });
  }

  private assign(queue: TopicQueue, record: BusRecord, item: Outgoing, count: number): void {
    this.enqueue(this.queue(queue, record.topic, partitionOf(record.key, count)), item);
  }

  private enqueue(queue: PartitionQueue, item: Outgoing): void {
    this.queuedBytes += item.bytes;
    queue.add(item);
    this.active.add(queue);
    this.flushSoon();
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
      this.queuedBytes -= item.bytes;
      this.assign(queue, record, item, count);
    }
  }

  private failUnassigned(queue: TopicQueue, error: Error): void {
    for (const { outgoing: item } of queue.unassigned) {
      this.queuedBytes -= item.bytes;
      item.reject(error);
    }
    queue.unassigned = [];
  }

  /** At the end of this turn of the event loop, so that what is published in one turn goes together. */
  private flushSoon(): void {
    if (this.flushAsked) return;
    this.flushAsked = true;
    setImmediate(() => {
      this.flushAsked = false;
      this.flush();
    });
  }

  private flush(): void {
    if (this.active.size === 0) return;
    if (this.identity === null) return void this.askIdentity();
    const nowMs = Date.now();
    const byRequest = new Map<string, { nodeId: number; batches: [PartitionQueue, Batch][] }>();
    for (const queue of this.active) {
      if (!queue.isReady(nowMs)) continue;
      const nodeId = this.connection.leader(queue.topic, queue.partition);
      if (nodeId === undefined) {
        this.retryLater(queue);
        continue;
      }
      if ((this.requests.get(nodeId) ?? 0) >= REQUESTS_PER_BROKER) continue;
      const batch = queue.nextBatch(this.identity, MOST_BATCH_BYTES);
      const own = queue.alone ? `/${queue.topic}/${queue.partition}` : '';
      const request = `${nodeId}/${batch.identity.producerId}/${batch.identity.producerEpoch}${own}`;
      const group = byRequest.get(request) ?? { nodeId, batches: [] };
      group.batches.push([queue, batch]);
      byRequest.set(request, group);
    }
    for (const { nodeId, batches } of byRequest.values()) void this.send(nodeId, batches);
  }

  private async send(nodeId: number, batches: [PartitionQueue, Batch][]): Promise<void> {
    this.requests.set(nodeId, (this.requests.get(nodeId) ?? 0) + 1);
    for (const [, batch] of batches) {
      batch.onTheWire = true;
      batch.attempts++;
    }
    try {
      const broker = await this.connection.broker(nodeId);
      this.settle(batches, await this.produce(broker, batches));
    } catch (error) {
      this.failed(batches, error);
    } finally {
      this.requests.set(nodeId, this.requests.get(nodeId)! - 1);
      for (const [queue, batch] of batches) {
        batch.onTheWire = false;
        if (queue.isEmpty()) this.active.delete(queue);
      }
      this.flushSoon();
    }
  }

  private produce(broker: WireBroker, batches: [PartitionQueue, Batch][]): ReturnType<WireBroker['produce']> {
    const topics = new Map<string, { partition: number; firstSequence: number; messages: Outgoing['message'][] }[]>();
    for (const [queue, { firstSequence, records }] of batches) {
      const partitions = topics.get(queue.topic) ?? [];
      partitions.push({ partition: queue.partition, firstSequence, messages: records.map(({ message }) => message) });
      topics.set(queue.topic, partitions);
    }
    return broker.produce({
      topicData: [...topics].map(([topic, partitions]) => ({ topic, partitions })),
      ...batches[0]![1].identity,
      acks: -1,
      timeout: Math.ceil(this.settings.requestTimeoutMs * 0.8),
    });
  }

  private settle(batches: [PartitionQueue, Batch][], answer: Awaited<ReturnType<WireBroker['produce']>>): void {
    const offsets = new Map<string, number>();
    for (const { topicName, partitions } of answer.topics) {
      for (const { partition, baseOffset } of partitions) offsets.set(`${topicName}/${partition}`, Number(baseOffset));
    }
    for (const [queue, batch] of batches) {
      const offset = offsets.get(`${queue.topic}/${queue.partition}`);
      if (queue.batch !== batch) continue;
      if (offset === undefined || offset < 0)
        this.giveUp(queue, new Error('The broker did not say where it stored it.'));
      else {
        for (const { bytes } of batch.records) this.queuedBytes -= bytes;
        queue.stored(batch, offset);
      }
    }
  }

  private failed(batches: [PartitionQueue, Batch][], error: unknown): void {
    const type = errorType(error);
    const details = { type, error: (error as Error).message, partitions: batches.length };
    this.settings.logger.debug(details, 'A request to store records failed');
    for (const [queue, batch] of batches) {
      if (queue.batch !== batch) continue;
      // The answer names no partition: asked one by one, the others get through.
      if (batches.length > 1 && type !== '') queue.alone = true;
      if (FINAL_ERRORS.has(type) && batches.length === 1) this.giveUp(queue, error);
      else this.retryLater(queue);
    }
  }

  private retryLater(queue: PartitionQueue): void {
    const waitMs = backoffMs(queue.batch?.attempts ?? 0, 25);
    queue.retryAtMs = Date.now() + waitMs;
    this.connection.refresh(queue.topic).then(
      () => (queue.goneSinceMs = null),
      (error: unknown) => this.maybeGone(queue, error),
    );
    setTimeout(() => this.flushSoon(), waitMs + 1).unref();
  }

  private maybeGone(queue: PartitionQueue, error: unknown): void {
    if (errorType(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') return;
    queue.goneSinceMs ??= Date.now();
    if (Date.now() - queue.goneSinceMs < GONE_TOPIC_MS || queue.isEmpty()) return;
    queue.goneSinceMs = null;
    this.giveUp(queue, new Error('the topic is gone'));
  }

  private giveUp(queue: PartitionQueue, cause: unknown): void {
    const { topic, partition } = queue;
    const message = `Kafka did not store records of ${topic} (partition ${partition}): ${(cause as Error).message}`;
    const given = queue.fail(new BusUnavailableError(message, { cause }));
    this.settings.logger.warn({ topic, partition, records: given.length, error: (cause as Error).message }, message);
    for (const { bytes } of given) this.queuedBytes -= bytes;
    this.active.delete(queue);
    this.identity = null;
  }

  /** Rejects what has waited too long, and with it all that is queued behind it. */
  private sweep(): void {
    const tooOld = Date.now() - this.settings.publishTimeoutMs;
    for (const queue of [...this.active]) {
      if (queue.oldestMs() <= tooOld) {
        this.giveUp(queue, new Error(`not within ${this.settings.publishTimeoutMs} ms`));
      }
    }
    for (const queue of this.topics.values()) {
      const oldest = queue.unassigned[0]?.outgoing.takenAtMs ?? Infinity;
      if (oldest <= tooOld) this.failUnassigned(queue, new BusUnavailableError('Kafka does not answer.'));
    }
  }

  private async askIdentity(): Promise<void> {
    if (this.identityAsked) return;
    this.identityAsked = true;
    for (let attempt = 0; this.identity === null && this.active.size > 0; attempt++) {
      try {
        const nodes = this.connection.nodeIds();
        const broker = await this.connection.broker(nodes[attempt % nodes.length] ?? -1);
        const { producerId, producerEpoch } = await broker.initProducerId({ transactionTimeout: 60_000 });
        this.identity = { producerId, producerEpoch };
      } catch {
        await pause(backoffMs(attempt));
      }
    }
    this.identityAsked = false;
    this.flushSoon();
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
