import { BusUnavailableError } from '../port';
import type { KafkaConnection } from './connection';
import type { KafkaSettings } from './options';
import type { Batch, Outgoing, PartitionQueue, ProducerIdentity } from './partition-queue';
import { backoffMs, pause } from './timing';
import { errorType, type WireBroker } from './wire';

/** Of one partition in one request; below what brokers take by default (1 MB). */
const MOST_BATCH_BYTES = 512 * 1024;
/** Requests under way to one broker at a time, each for other partitions. */
const REQUESTS_PER_BROKER = 3;
/** How long a topic that is gone may take to come back. Shorter than what makes the bus unavailable. */
const GONE_TOPIC_MS = 1_000;

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

/** Sends what waits in the queues of partitions to their leaders, and repeats it until it is stored or given up. */
export class BatchSender {
  /** With something to send. */
  private readonly active = new Set<PartitionQueue>();
  private readonly requests = new Map<number, number>();
  private identity: ProducerIdentity | null = null;
  private identityAsked = false;
  private flushAsked = false;
  /** Of the values waiting, bytes. */
  queuedBytes = 0;

  constructor(
    private readonly connection: KafkaConnection,
    private readonly settings: KafkaSettings,
  ) {}

  add(queue: PartitionQueue, item: Outgoing): void {
    this.queuedBytes += item.bytes;
    queue.add(item);
    this.active.add(queue);
    this.flushSoon();
  }

  isIdle(): boolean {
    return this.active.size === 0;
  }

  /** When the oldest record that is not stored yet was taken, milliseconds since the epoch; Infinity when all are. */
  oldestMs(): number {
    let oldest = Infinity;
    for (const queue of this.active) oldest = Math.min(oldest, queue.oldestMs());
    return oldest;
  }

  /** Gives up what was taken before, and with it all that is queued behind it. */
  giveUpBefore(timeMs: number): void {
    for (const queue of [...this.active]) {
      if (queue.oldestMs() <= timeMs) {
        this.giveUp(queue, new Error(`not within ${Date.now() - queue.oldestMs()} ms`));
      }
    }
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
}
