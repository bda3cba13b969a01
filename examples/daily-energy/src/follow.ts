import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';
import type { EnergyBook, EnergyEvent, IncomingEvent } from './energy-book';

/** Names and keys are in docs/reference/events.md of ChargeStream. */
export const TOPICS = ['csms.session-events.v1', 'csms.meter-values.v1'];

export interface FollowOptions {
  /** `host:port` of some brokers. */
  brokers: string[];
  /** Consumer group: members of one share the chargers between them, each with a book of its own. */
  group: string;
  book: EnergyBook;
  /** Told after each batch is in the book and committed. */
  onBatch?: (batch: { records: number; taken: number }) => void;
}

/**
 * Reads both topics from the beginning, or where the group has come to, into the book. Offsets are committed after the book
 * has what they cover: a crash between the two brings records again, which the book knows by their ids.
 * @returns what stops it, after the batch under way
 */
export async function follow({ brokers, group, book, onBatch }: FollowOptions): Promise<() => Promise<void>> {
  const kafka = new Kafka({ clientId: group, brokers, logLevel: logLevel.ERROR });
  // Transactions of the publishers: only what is committed is read (kafkajs's default), so nothing that was taken back counts.
  const consumer = kafka.consumer({
    groupId: group,
    maxWaitTimeInMs: 300,
    retry: { retries: Number.MAX_SAFE_INTEGER },
  });
  await consumer.connect();
  await consumer.subscribe({ topics: TOPICS, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      const incoming = batch.messages.map(incomingEvent).filter((one) => one !== null);
      const taken = book.takeAll(incoming);
      const offset = String(BigInt(batch.lastOffset()) + 1n);
      await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset }]);
      onBatch?.({ records: batch.messages.length, taken });
    },
  });
  return () => consumer.disconnect();
}

/** Null for what has no value or no id: nothing that ChargeStream publishes to these topics. */
function incomingEvent({ value, headers }: KafkaMessage): IncomingEvent | null {
  const id = headers?.ce_id?.toString();
  if (value === null || id === undefined) return null;
  return { id, event: JSON.parse(value.toString('utf8')) as EnergyEvent };
}
