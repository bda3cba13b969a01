import type { StoredRecord } from '../port';
import type { KafkaConnection } from './connection';
import { FetchLoop } from './fetch-loop';
import { until } from './testing/until';
import type { WireBroker, WireFetched } from './wire';

const LOGGER = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A broker whose log has records at some offsets and, as after compaction, nothing at the others. */
function brokerWith(offsets: number[], end: number): WireBroker {
  const fetch: WireBroker['fetch'] = ({ topics }) => {
    const asked = topics.flatMap(({ partitions: some }) => some);
    const answers = asked.map(({ partition, fetchOffset }): WireFetched => {
      const from = Number(fetchOffset);
      // An empty batch at the position hides what comes after it: an answer that had no room for more.
      const messages = offsets.includes(from) ? [from] : [];
      return {
        partition,
        highWatermark: String(end),
        lastStableOffset: String(end),
        abortedTransactions: [],
        messages: messages.map((offset) => ({
          offset: String(offset),
          timestamp: '0',
          key: Buffer.from('k'),
          value: Buffer.from('v'),
          headers: {},
          isControlRecord: false,
          batchContext: { firstOffset: String(offset), lastOffsetDelta: 0, producerId: '-1', inTransaction: false },
        })),
      };
    });
    return new Promise((resolve) => setImmediate(resolve, { responses: [{ topicName: 't', partitions: answers }] }));
  };
  return { fetch } as WireBroker;
}

function connectionTo(broker: WireBroker): KafkaConnection {
  return {
    leader: () => 1,
    broker: () => Promise.resolve(broker),
    refresh: () => Promise.resolve(),
  } as unknown as KafkaConnection;
}

describe('Fetching from a compacted topic', () => {
  it('gets past empty batches that compaction has left, to the end', async () => {
    const read: StoredRecord[][] = [[], []];
    const partitions = [0, 1].map((partition) => ({
      topic: 't',
      partition,
      position: 0,
      wants: () => true,
      deliver: (records: StoredRecord[]) => void read[partition]!.push(...records),
    }));
    const loop = new FetchLoop(connectionTo(brokerWith([0, 1, 7, 9], 12)), partitions, LOGGER);
    await until(() => partitions.every(({ position }) => position === 12));
    expect(read.map((records) => records.map(({ offset }) => offset))).toEqual([
      [0, 1, 7, 9],
      [0, 1, 7, 9],
    ]);
    await loop.stop();
  });

  it('waits at an open transaction, without passing over it', async () => {
    let asked = 0;
    const inner = brokerWith([0, 1], 5);
    const broker = {
      fetch: async (request: Parameters<WireBroker['fetch']>[0]) => {
        asked++;
        const answer = await inner.fetch(request);
        for (const one of answer.responses[0]!.partitions) one.lastStableOffset = '2';
        return answer;
      },
    } as WireBroker;
    const one = { topic: 't', partition: 0, position: 0, wants: () => true, deliver: () => undefined };
    const loop = new FetchLoop(connectionTo(broker), [one], LOGGER);
    await until(() => asked > 20);
    expect(one.position).toBe(2);
    await loop.stop();
  });
});
