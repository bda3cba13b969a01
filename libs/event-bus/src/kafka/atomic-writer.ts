import { BusUnavailableError, WriterFencedError, type BusRecord } from '../port';
import type { KafkaConnection } from './connection';
import { endOffsets } from './offsets';
import type { KafkaSettings } from './options';
import { partitionOf } from './partition-of';
import type { ProducerIdentity } from './partition-queue';
import { backoffMs, pause, within } from './timing';
import { errorType, type TransactionIdentity, type WireBroker } from './wire';

/** The coordinator ends by itself what a dead writer left open after this: until then readers wait. */
const TRANSACTION_TIMEOUT_MS = 20_000;
const FENCED = new Set([
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'TRANSACTION_COORDINATOR_FENCED',
  'INVALID_PRODUCER_ID_MAPPING',
]);
/** kafkajs 2.2.4 does not know this one by name. */
const PRODUCER_FENCED = 'Unknown error code 90';
const FINAL_ERRORS = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'TOPIC_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_TXN_STATE',
]);

interface PartitionBatch {
  topic: string;
  partition: number;
  records: BusRecord[];
  firstSequence: number;
  lastOffset: number;
}

/** Writes under one name, in transactions, one at a time. */
export class AtomicWriter {
  private identity: ProducerIdentity | null = null;
  private readonly sequences = new Map<string, number>();
  /** A transaction whose end the coordinator has not confirmed. */
  private unfinished: { commit: boolean; records: readonly BusRecord[] } | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly writer: string,
    private readonly connection: KafkaConnection,
    private readonly settings: KafkaSettings,
  ) {}

  /**
   * Without records it only takes the name: what an earlier process left open under it is ended and no longer holds up readers.
   * @throws WriterFencedError, BusUnavailableError
   */
  publish(records: readonly BusRecord[]): Promise<void> {
    const published = this.turn.then(() => this.publishNow(records));
    this.turn = published.catch(() => undefined);
    return published;
  }

  private async publishNow(records: readonly BusRecord[]): Promise<void> {
    const deadline = Date.now() + this.settings.publishTimeoutMs;
    try {
      if (await this.finish(records, deadline)) return;
      if (records.length > 0) await this.transaction(records, deadline);
      else if (this.identity === null) await this.begin(deadline);
    } catch (error) {
      throw this.explained(error);
    }
  }

  private async transaction(records: readonly BusRecord[], deadline: number): Promise<void> {
    if (this.identity === null) await this.begin(deadline);
    const batches = await this.batches(records, deadline);
    this.unfinished = { commit: false, records };
    try {
      await this.addPartitions(batches, deadline);
      await this.write(batches, deadline);
    } catch (error) {
      if (!isFenced(error)) await this.finish(records, Date.now() + 2_000).catch(() => undefined);
      throw error;
    }
    this.unfinished.commit = true;
    await this.end(true, deadline);
    this.unfinished = null;
    await this.untilReadable(batches, deadline);
  }

  /**
   * Ends what an earlier call could not. True when that was the commit of these very records: the caller repeats what it was
   * told had failed, and it must not be written twice.
   */
  private async finish(records: readonly BusRecord[], deadline: number): Promise<boolean> {
    const { unfinished } = this;
    if (!unfinished) return false;
    await this.end(unfinished.commit, deadline);
    this.unfinished = null;
    if (unfinished.commit) return sameRecords(unfinished.records, records);
    // Which of its records were written is not known: a new epoch begins its sequences anew.
    this.identity = null;
    return false;
  }

  /** Takes the name: the coordinator ends what was open under it and refuses whoever had it. */
  private async begin(deadline: number): Promise<void> {
    const { transactionalId } = this;
    const request = { transactionalId, transactionTimeout: TRANSACTION_TIMEOUT_MS };
    this.identity = await this.repeat(deadline, async () => (await this.coordinator()).initProducerId(request));
    this.sequences.clear();
  }

  private async batches(records: readonly BusRecord[], deadline: number): Promise<PartitionBatch[]> {
    await this.repeat(deadline, () => this.connection.know(records.map(({ topic }) => topic)));
    const batches = new Map<string, PartitionBatch>();
    for (const record of records) {
      const { topic } = record;
      const partition = partitionOf(record.key, this.connection.partitionCount(topic));
      const name = `${topic}/${partition}`;
      const firstSequence = this.sequences.get(name) ?? 0;
      const batch = batches.get(name) ?? { topic, partition, records: [], firstSequence, lastOffset: -1 };
      batch.records.push(record);
      batches.set(name, batch);
    }
    return [...batches.values()];
  }

  private async addPartitions(batches: readonly PartitionBatch[], deadline: number): Promise<void> {
    const topics = new Map<string, number[]>();
    for (const { topic, partition } of batches) topics.set(topic, [...(topics.get(topic) ?? []), partition]);
    const request = {
      ...this.transactionIdentity(),
      topics: [...topics].map(([topic, partitions]) => ({ topic, partitions })),
    };
    await this.repeat(deadline, async () => (await this.coordinator()).addPartitionsToTxn(request));
  }

  /** Each partition on its own: an answer for several would not say which of them failed. */
  private async write(batches: readonly PartitionBatch[], deadline: number): Promise<void> {
    await Promise.all(batches.map((batch) => this.repeat(deadline, () => this.writeBatch(batch))));
    for (const { topic, partition, firstSequence, records } of batches) {
      this.sequences.set(`${topic}/${partition}`, (firstSequence + records.length) % 2 ** 31);
    }
  }

  private async writeBatch(batch: PartitionBatch): Promise<void> {
    const { topic, partition, firstSequence, records } = batch;
    const leader = this.connection.leader(topic, partition);
    try {
      if (leader === undefined) throw new Error(`Partition ${partition} of ${topic} has no leader now.`);
      const broker = await this.connection.broker(leader);
      const messages = records.map(({ key, value, headers }) => ({ key, value, headers }));
      const { topics } = await broker.produce({
        topicData: [{ topic, partitions: [{ partition, firstSequence, messages }] }],
        ...this.transactionIdentity(),
        acks: -1,
        timeout: Math.ceil(this.settings.requestTimeoutMs * 0.8),
      });
      batch.lastOffset = Number(topics[0]!.partitions[0]!.baseOffset) + records.length - 1;
    } catch (error) {
      await this.connection.refresh(topic).catch(() => undefined);
      throw error;
    }
  }

  private async end(commit: boolean, deadline: number): Promise<void> {
    const request = { ...this.transactionIdentity(), transactionResult: commit };
    try {
      await this.repeat(deadline, async () => (await this.coordinator()).endTxn(request));
    } catch (error) {
      // There is nothing to abort: not even the partitions came to be part of a transaction.
      if (commit || errorType(error) !== 'INVALID_TXN_STATE') throw error;
    }
  }

  /** The coordinator answers before the ends of the transaction are on all partitions; then readers see it. */
  private async untilReadable(batches: readonly PartitionBatch[], deadline: number): Promise<void> {
    const topics = [...new Set(batches.map(({ topic }) => topic))];
    for (let waitMs = 1; Date.now() < deadline; waitMs = Math.min(100, waitMs * 2)) {
      try {
        const ends = await endOffsets(this.connection, topics, 'readCommitted');
        const readable = batches.every((one) => (ends.get(one.topic)?.get(one.partition) ?? 0) > one.lastOffset);
        if (readable) return;
      } catch {
        // It is committed: not being able to look is no failure.
      }
      await pause(waitMs);
    }
  }

  private async repeat<T>(deadline: number, attempt: () => Promise<T>): Promise<T> {
    for (let count = 0; ; count++) {
      try {
        return await within(Math.max(1, deadline - Date.now()), 'An answer', attempt());
      } catch (error) {
        const type = errorType(error);
        if (isFenced(error) || FINAL_ERRORS.has(type)) throw error;
        this.connection.forgetCoordinators();
        const waitMs = type === 'CONCURRENT_TRANSACTIONS' ? 10 : backoffMs(count, 25);
        if (Date.now() + waitMs > deadline) throw error;
        await pause(waitMs);
      }
    }
  }

  private explained(error: unknown): Error {
    if (isFenced(error)) {
      this.identity = null;
      this.unfinished = null;
      return new WriterFencedError(this.writer, { cause: error });
    }
    const reason = (error as Error).message;
    return new BusUnavailableError(`Kafka did not take a transaction of ${this.writer}: ${reason}`, { cause: error });
  }

  private transactionIdentity(): TransactionIdentity {
    return { transactionalId: this.transactionalId, ...this.identity! };
  }

  private get transactionalId(): string {
    return `csms.writer.${this.writer}`;
  }

  private coordinator(): Promise<WireBroker> {
    return this.connection.transactionCoordinator(this.transactionalId);
  }
}

function isFenced(error: unknown): boolean {
  return FENCED.has(errorType(error)) || (error as Error).message.endsWith(PRODUCER_FENCED);
}

function sameRecords(ones: readonly BusRecord[], others: readonly BusRecord[]): boolean {
  return (
    ones.length === others.length &&
    ones.every(({ topic, key, value }, index) => {
      const other = others[index]!;
      const sameValue = value === null || other.value === null ? value === other.value : value.equals(other.value);
      return topic === other.topic && key === other.key && sameValue;
    })
  );
}
