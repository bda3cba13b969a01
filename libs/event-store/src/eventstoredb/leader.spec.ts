import { randomUUID } from 'node:crypto';
import { startEventStoreDoubleCluster, type EventStoreDoubleCluster } from '@chargestream/eventstore-double';
import { StoreUnavailableError, type EventStore, type NewEvent, type StoredEvent } from '../port';
import { Inbox } from '../testing/inbox';
import { openEventStoreDb } from './event-store-db';

const event = (number: number): NewEvent => ({ id: randomUUID(), type: 'Happened', data: { number }, metadata: {} });
const numberOf = ({ data }: StoredEvent) => (data as { number: number }).number;

async function numbers(events: AsyncIterable<StoredEvent>): Promise<number[]> {
  const found: number[] = [];
  for await (const one of events) found.push(numberOf(one));
  return found;
}

/** As core does: until it is known what became of it. */
async function appendSurely(store: EventStore, stream: string, number: number) {
  const events = [event(number)];
  for (;;) {
    try {
      return await store.append(stream, events, number === 0 ? 'no-stream' : number - 1);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

describe('a cluster of EventStoreDB', () => {
  let cluster: EventStoreDoubleCluster;
  let store: EventStore;
  beforeEach(async () => {
    cluster = await startEventStoreDoubleCluster();
  });
  afterEach(async () => {
    await store.close();
    await cluster.stop();
  });

  const open = async (url: string) => (store = await openEventStoreDb({ url, deadlineMs: 2_000 }));
  const urls = {
    'through the address of a follower': () => cluster.nodes[2]!.url,
    'through the addresses of all': () => cluster.url,
    'through discovery': () => cluster.nodes[1]!.url.replace('esdb:', 'esdb+discover:'),
  };

  it.each(Object.entries(urls))('is used at its leader, %s', async (_, url) => {
    await open(url());
    const seen = new Inbox<StoredEvent>();
    await store.subscribe({ from: null, handle: (events) => Promise.resolve(seen.add(...events)) });
    await store.append('a', [event(0)], 'no-stream');
    expect(await numbers(store.readStream('a'))).toEqual([0]);
    expect(await numbers(store.readAll())).toEqual([0]);
    await store.keepNewest('a', 1);
    await seen.until(({ length }) => length === 1);
  });

  it('is followed to its new leader when the old one resigns, at the first attempt', async () => {
    await open(cluster.nodes[0]!.url);
    await store.append('a', [event(0)], 'no-stream');
    await cluster.moveLeader(1);
    expect(await store.append('a', [event(1)], 0)).toEqual({ revision: 1 });
    await cluster.moveLeader(2);
    expect(await numbers(store.readStream('a'))).toEqual([0, 1]);
    await cluster.moveLeader(0);
    expect(await numbers(store.readAll())).toEqual([0, 1]);
    await cluster.moveLeader(1);
    await store.keepNewest('a', 1);
    expect(await numbers(store.readStream('a'))).toEqual([1]);
  });

  it.each([
    ['resigns', (to: number) => cluster.moveLeader(to)],
    [
      'dies',
      async (to: number) => {
        const old = cluster.leader();
        await cluster.killLeader(to);
        await cluster.revive(old);
      },
    ],
  ])(
    'loses and doubles nothing, and keeps the order, while its leader %s again and again',
    async (_, move) => {
      await open(cluster.url);
      const seen = new Inbox<StoredEvent>();
      const errors: unknown[] = [];
      const subscription = await store.subscribe({
        from: null,
        streamPrefixes: ['load'],
        maxBatchSize: 7,
        handle: (events) => Promise.resolve(seen.add(...events)),
        onError: (error) => errors.push(error),
      });
      const [count, every] = [150, 30];
      for (let number = 0; number < count; number++) {
        await appendSurely(store, 'load', number);
        if (number % every === every - 1) {
          await seen.until(({ length }) => length > number);
          await move((cluster.leader() + 1) % 3);
        }
      }
      await subscription.caughtUp();
      expect(seen.items.map(numberOf)).toEqual(Array.from({ length: count }, (_, number) => number));
      expect(errors.length).toBeGreaterThan(0);
      expect(store.isAvailable()).toBe(true);
    },
    60_000,
  );
});
