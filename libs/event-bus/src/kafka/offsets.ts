import type { KafkaConnection } from './connection';
import { ISOLATION, OFFSET_OF } from './wire';

/** Offsets of partitions, by topic and then by partition number. */
export type Offsets = Map<string, Map<number, number>>;

/** Where the partitions end: for `readUncommitted` past everything written, also what belongs to open transactions. */
export function endOffsets(
  connection: KafkaConnection,
  topics: readonly string[],
  isolation: keyof typeof ISOLATION = 'readUncommitted',
): Promise<Offsets> {
  return listOffsets(connection, topics, OFFSET_OF.latest, ISOLATION[isolation]);
}

/** Where the oldest record that is still there lies. */
export function earliestOffsets(connection: KafkaConnection, topics: readonly string[]): Promise<Offsets> {
  return listOffsets(connection, topics, OFFSET_OF.earliest, ISOLATION.readUncommitted);
}

export async function earliestOffset(connection: KafkaConnection, topic: string, partition: number): Promise<number> {
  return (await earliestOffsets(connection, [topic])).get(topic)?.get(partition) ?? 0;
}

async function listOffsets(
  connection: KafkaConnection,
  topics: readonly string[],
  timestamp: number,
  isolationLevel: number,
): Promise<Offsets> {
  await connection.know(topics);
  const byLeader = new Map<number, Map<string, number[]>>();
  for (const topic of topics) {
    for (let partition = 0; partition < connection.partitionCount(topic); partition++) {
      const leader = connection.leader(topic, partition);
      if (leader === undefined) throw await leaderless(connection, topic, partition);
      const ofLeader = byLeader.get(leader) ?? new Map<string, number[]>();
      ofLeader.set(topic, [...(ofLeader.get(topic) ?? []), partition]);
      byLeader.set(leader, ofLeader);
    }
  }
  const offsets: Offsets = new Map(topics.map((topic) => [topic, new Map()]));
  const ask = async ([leader, ofLeader]: [number, Map<string, number[]>]) => {
    const broker = await connection.broker(leader);
    const { responses } = await broker.listOffsets({
      replicaId: -1,
      isolationLevel,
      topics: [...ofLeader].map(([topic, partitions]) => ({
        topic,
        partitions: partitions.map((partition) => ({ partition, timestamp })),
      })),
    });
    for (const { topic, partitions } of responses) {
      for (const { partition, offset } of partitions) offsets.get(topic)!.set(partition, Number(offset));
    }
  };
  try {
    await Promise.all([...byLeader].map(ask));
  } catch (error) {
    await Promise.allSettled(topics.map((topic) => connection.refresh(topic)));
    throw error;
  }
  return offsets;
}

async function leaderless(connection: KafkaConnection, topic: string, partition: number): Promise<Error> {
  await connection.refresh(topic).catch(() => undefined);
  return new Error(`Partition ${partition} of ${topic} has no leader now.`);
}
