import { randomUUID } from 'node:crypto';
import { startEventStoreDouble, type EventStoreDouble } from '@chargestream/eventstore-double';
import { EventStoreDBClient, START, type Position } from '@eventstore/db-client';
import type { EventStore, NewEvent, StoredEvent } from '../port';
import { Inbox } from '../testing/inbox';
import { openEventStoreDb } from './event-store-db';
import { comparePositions, formatPosition, parsePosition } from './position';

const happened = (number: number): NewEvent => ({ id: randomUUID(), type: 'Happened', data: { number }, metadata: {} });
const numberOf = ({ data }: StoredEvent) => (data as { number: number }).number;

async function until(reached: () => boolean, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!reached()) {
    if (Date.now() > deadline) throw new Error(`not reached within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a subscription to EventStoreDB', () => {
  let double: EventStoreDouble;
  let store: EventStore;
  beforeEach(async () => {
    double = await startEventStoreDouble();
    store = await openEventStoreDb({ url: double.url });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await store.close();
    await double.stop();
  });
  const many = (count: number) => Array.from({ length: count }, (_, number) => happened(number));

  it('of a rare prefix does not look at everything again after a break', async () => {
    const subscribe = jest.spyOn(EventStoreDBClient.prototype, 'subscribeToAll');
    const begins = () => subscribe.mock.calls.map(([options]) => options?.fromPosition);
    const errors: unknown[] = [];
    for (let n = 0; n < 3_000; n += 500) await store.append('other', many(500), n === 0 ? 'no-stream' : n - 1);
    const subscription = await store.subscribe({
      from: null,
      streamPrefixes: ['rare-'],
      handle: () => Promise.resolve(),
      onError: (error) => errors.push(error),
    });
    await subscription.caughtUp();
    expect(subscription.position()).toBeNull();
    expect(begins()[0]).toBe(START);
    await double.kill();
    await double.start();
    await until(() => errors.length > 0);
    const before = begins().length;
    await until(() => begins().length > before);
    const begin = begins().at(-1);
    expect(begin).toMatchObject({ commit: expect.any(BigInt) as unknown });
    const farAlong: Position[] = [];
    for await (const { position } of store.readStream('other', { fromRevision: 500, limit: 1 })) {
      farAlong.push(parsePosition(position));
    }
    expect(comparePositions(begin as Position, farAlong[0] as Position)).toBeGreaterThan(0);
  }, 30_000);

  it('is caught up only when what was in the log at the call has been handled', async () => {
    await store.append('a', many(100), 'no-stream');
    const handled: number[] = [];
    let release = () => undefined as void;
    const released = new Promise<void>((resolve) => (release = resolve));
    const subscription = await store.subscribe({
      from: null,
      streamPrefixes: ['a', 'b'],
      maxBatchSize: 10,
      handle: async (events) => {
        if (handled.length === 90) await released;
        handled.push(...events.map(numberOf));
      },
    });
    let isCaughtUp = false;
    const caughtUp = subscription.caughtUp().then(() => (isCaughtUp = true));
    await until(() => handled.length === 90);
    await store.append('b', [happened(100)], 'no-stream');
    expect(isCaughtUp).toBe(false);
    release();
    await caughtUp;
    expect(handled.length).toBeGreaterThanOrEqual(100);
    await store.append('b', [happened(101)], 0);
    await subscription.caughtUp();
    expect(handled).toEqual(Array.from({ length: 102 }, (_, number) => number));
  });

  it('is caught up at its time also where more comes than is handled', async () => {
    let [isWriting, written, handled] = [true, 0, 0];
    const writing = (async () => {
      for (; isWriting; written += 2) {
        const expected = written === 0 ? 'no-stream' : written - 1;
        await store.append('a', [happened(written), happened(written + 1)], expected);
      }
    })();
    const subscription = await store.subscribe({
      from: null,
      maxBatchSize: 1,
      handle: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        handled++;
      },
    });
    await until(() => written > handled + 20);
    const atCall = written;
    await subscription.caughtUp();
    const [handledThen, writtenThen] = [handled, written];
    isWriting = false;
    await writing;
    expect(handledThen).toBeGreaterThanOrEqual(atCall);
    expect(handledThen).toBeLessThan(writtenThen);
    await subscription.close();
  }, 20_000);

  it('gathers what comes under load, and hands over at once what comes after a quiet time', async () => {
    const gatherMs = 400;
    const sizes: number[] = [];
    const seen = new Inbox<StoredEvent>();
    await store.subscribe({
      from: null,
      gatherMs,
      handle: (events) => {
        sizes.push(events.length);
        return Promise.resolve(seen.add(...events));
      },
    });
    const begun = performance.now();
    await store.append('a', [happened(0)], 'no-stream');
    await seen.until(({ length }) => length === 1);
    expect(performance.now() - begun).toBeLessThan(gatherMs);
    for (let number = 1; number <= 10; number++) await store.append('a', [happened(number)], number - 1);
    await seen.until(({ length }) => length === 11);
    expect(seen.items.map(numberOf)).toEqual(Array.from({ length: 11 }, (_, number) => number));
    expect(sizes.length).toBeLessThan(8);
  });

  it('takes no position of another store', () => {
    expect(() => store.comparePositions('0000000000000001', '1/1')).toThrow(RangeError);
    // More than a double can tell apart.
    const [low, high] = ['9007199254740993/9007199254740992', '9007199254740993/9007199254740993'];
    expect(store.comparePositions(low, high)).toBeLessThan(0);
    expect(formatPosition(parsePosition(low))).toBe(low);
  });
});
