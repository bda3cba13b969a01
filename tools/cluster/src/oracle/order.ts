import { fromBusRecord, type ChargerEvent } from '@chargestream/contracts';
import type { ExpectedSession } from '@chargestream/charger-sim';
import type { EventBus, StoredRecord } from '@chargestream/event-bus';

/** Everything on a topic at the time of the call, in the order of each partition. */
export async function readTopic(bus: EventBus, topic: string): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  const subscription = await bus.subscribe({
    group: `oracle-${process.pid}-${Date.now()}-${topic}`,
    topics: [topic],
    from: 'earliest',
    handle: async (batch) => void records.push(...batch),
  });
  await subscription.caughtUp();
  await subscription.close();
  return records;
}

/**
 * Where the bus has a charger's reports of a transaction in another order than the charger made them. A report may come
 * again (it was retried, or duplicated); then its first time counts.
 */
export function brokenOrder(expected: readonly ExpectedSession[], records: readonly StoredRecord[]): string[] {
  const seqNos = new Map<string, number[]>();
  const samples = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const record of records) {
    const event = fromBusRecord<ChargerEvent>(record);
    if (event === null || seen.has(event.id)) continue;
    seen.add(event.id);
    if (event.type === 'TransactionReported' && event.data.seqNo !== null) {
      append(seqNos, `${event.chargerId} ${event.data.transactionId}`, event.data.seqNo);
    }
    if (event.type === 'MeterValuesReported' && event.data.transactionId !== null) {
      const timestamp = event.data.samples[0]?.timestamp;
      if (timestamp) append(samples, `${event.chargerId} ${event.data.transactionId}`, timestamp);
    }
  }
  const broken: string[] = [];
  for (const [key, numbers] of seqNos) {
    if (!isGrowing(numbers)) broken.push(`${key}: seqNo ${numbers.join(' ')}`);
  }
  for (const { chargerId, transactionId, sampleTimestamps } of expected) {
    const key = `${chargerId} ${transactionId}`;
    const order = new Map(sampleTimestamps.map((timestamp, index) => [timestamp, index]));
    const onBus = (samples.get(key) ?? []).flatMap((timestamp) => order.get(timestamp) ?? []);
    if (!isGrowing(onBus)) broken.push(`${key}: samples ${onBus.join(' ')}`);
  }
  return broken;
}

/** Published events that are there more than once, by their id. */
export function doubledEvents(records: readonly StoredRecord[]): string[] {
  const counts = new Map<string, number>();
  for (const { headers } of records) count(counts, headers['ce_id'] ?? 'no ce_id');
  return [...counts].filter(([, times]) => times > 1).map(([id, times]) => `${id}: ${times} times`);
}

function append<Item>(map: Map<string, Item[]>, key: string, item: Item): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

function isGrowing(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] as number));
}
