import type { MeterEvent } from '@chargestream/contracts';
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';
import type { MeterRecord, ParquetFiles } from './parquet-files';

/** Described in docs/reference/events.md of ChargeStream. */
export const TOPIC = 'csms.meter-values.v1';

export interface LoadOptions {
  /** `host:port` of some brokers. */
  brokers: string[];
  /** Consumer group; the only member, as the folder is its own. */
  group: string;
  files: ParquetFiles;
  /** Fetches wait so long for more, so that files do not become many and small. */
  gatherMs: number;
  /** Told after each batch is in a file and committed. */
  onBatch?: (batch: { records: number; written: number }) => void;
}

/**
 * Writes the topic to files, from the beginning or where the group has come to. Offsets are committed after the file is
 * there: what comes again is in a file already and passed over.
 * @returns what stops it, after the file under way
 */
export async function load({ brokers, group, files, gatherMs, onBatch }: LoadOptions): Promise<() => Promise<void>> {
  const kafka = new Kafka({ clientId: group, brokers, logLevel: logLevel.ERROR });
  const consumer = kafka.consumer({
    groupId: group,
    maxWaitTimeInMs: gatherMs,
    minBytes: gatherMs > 0 ? 512 * 1024 : 1,
    retry: { retries: Number.MAX_SAFE_INTEGER },
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      const { topic, partition } = batch;
      const records = batch.messages.map((message) => meterRecord(partition, message)).filter((one) => one !== null);
      const written = await files.write(records);
      await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(batch.lastOffset()) + 1n) }]);
      onBatch?.({ records: records.length, written });
    },
  });
  return () => consumer.disconnect();
}

/** Null for what is of another type, which may be added to the topic at any time. */
function meterRecord(partition: number, { offset, value, headers }: KafkaMessage): MeterRecord | null {
  const id = headers?.ce_id?.toString();
  if (value === null || id === undefined || headers?.ce_type?.toString() !== 'MeterSamplesRecorded') return null;
  return { partition, offset: BigInt(offset), id, event: JSON.parse(value.toString('utf8')) as MeterEvent };
}
