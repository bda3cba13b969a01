import { randomUUID } from 'node:crypto';
import { startEventStoreDouble, type EventStoreDouble } from '@chargestream/eventstore-double';
import { StoreUnavailableError, type EventStore, type NewEvent, type StoredEvent } from '../port';
import { Inbox } from '../testing/inbox';
import { openEventStoreDb } from './event-store-db';

const event = (number: number): NewEvent => ({ id: randomUUID(), type: 'Happened', data: { number }, metadata: {} });
const numberOf = ({ data }: StoredEvent) => (data as { number: number }).number;

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

async function until(reached: () => boolean, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!reached()) {
    if (Date.now() > deadline) throw new Error(`not reached within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Repeats an append until it is known what became of it, as core does. */
async function appendSurely(store: EventStore, stream: string, events: NewEvent[], expected: number | 'no-stream') {
  for (;;) {
    try {
      return await store.append(stream, events, expected);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

describe('the adapter for EventStoreDB, while the store fails', () => {
  let double: EventStoreDouble;
  let store: EventStore;
  beforeEach(async () => {
    double = await startEventStoreDouble();
    store = await openEventStoreDb({ url: double.url, deadlineMs: 8_000 });
  });
  afterEach(async () => {
    await store.close();
    await double.stop();
  });

  it('repeats an append whose answer was lost, and nothing is doubled', async () => {
    const events = [event(1), event(2)];
    double.faults.answersToLose = 1;
    await expect(store.append('a', events, 'no-stream')).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(await appendSurely(store, 'a', events, 'no-stream')).toEqual({ revision: 1 });
    expect((await collect(store.readStream('a'))).map(numberOf)).toEqual([1, 2]);
  });

  it('is not available while it does not answer, and is again by itself', async () => {
    double.faults.unavailable = true;
    await expect(store.append('a', [event(1)], 'no-stream')).rejects.toThrow(/does not answer/);
    expect(store.isAvailable()).toBe(false);
    double.faults.unavailable = false;
    await until(() => store.isAvailable());
    expect(await store.append('a', [event(1)], 'no-stream')).toEqual({ revision: 0 });
  });

  it('loses and doubles nothing for a subscriber while the store is killed again and again under load', async () => {
    const seen = new Inbox<StoredEvent>();
    const errors: unknown[] = [];
    const subscription = await store.subscribe({
      from: null,
      streamPrefixes: ['load-'],
      maxBatchSize: 7,
      handle: (events) => Promise.resolve(seen.add(...events)),
      onError: (error) => errors.push(error),
    });
    let writing = true;
    const kills = (async () => {
      for (let kill = 0; kill < 4; kill++) {
        const target = seen.items.length + 40;
        await until(() => seen.items.length >= target || !writing);
        await double.kill();
        await double.start();
      }
    })();
    const count = 400;
    for (let number = 0; number < count; number++) {
      await appendSurely(
        store,
        `load-${number % 5}`,
        [event(number)],
        number < 5 ? 'no-stream' : Math.floor(number / 5) - 1,
      );
    }
    writing = false;
    await kills;
    await seen.until((events) => events.length >= count);
    await subscription.caughtUp();
    expect(seen.items.map(numberOf)).toEqual(Array.from({ length: count }, (_, number) => number));
    expect(errors.length).toBeGreaterThan(0);
    await subscription.close();
  }, 60_000);
});

describe('the place from which a broken subscription goes on', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  it.each<[string, (faults: EventStoreDouble['faults']) => void]>([
    ['the place of the next event', (faults) => (faults.checkpointsAhead = true)],
    ['the largest number there is', (faults) => (faults.checkpointsBeyond = 1)],
  ])(
    'leaves no event out, also when a checkpoint of the filter is %s',
    async (_, spoil) => {
      const double = await startEventStoreDouble();
      spoil(double.faults);
      const store = await openEventStoreDb({ url: double.url });
      open.push(store, { close: () => double.stop() });
      const [seen, errors] = [new Inbox<StoredEvent>(), [] as unknown[]];
      // The filter tells how far it has come after each 1,024.
      await store.append(
        'other',
        Array.from({ length: 2 * 1_024 }, (_, n) => event(n)),
        'no-stream',
      );
      const subscription = await store.subscribe({
        from: null,
        streamPrefixes: ['ours-'],
        handle: (events) => Promise.resolve(seen.add(...events)),
        onError: (error) => errors.push(error),
      });
      await subscription.caughtUp();
      await double.kill();
      await double.start();
      await until(() => errors.length > 0);
      await appendSurely(store, 'ours-1', [event(1)], 'no-stream');
      await appendSurely(store, 'ours-1', [event(2)], 0);
      await seen.until((events) => events.some(({ revision }) => revision === 1));
      expect(seen.items.map(numberOf)).toEqual([1, 2]);
    },
    30_000,
  );

  it('is never before what was handled, also when a checkpoint of the filter was', async () => {
    const double = await startEventStoreDouble();
    const store = await openEventStoreDb({ url: double.url });
    open.push(store, { close: () => double.stop() });
    const seen = new Inbox<StoredEvent>();
    const [errors, handle] = [
      [] as unknown[],
      (events: readonly StoredEvent[]) => Promise.resolve(seen.add(...events)),
    ];
    const onError = (error: unknown) => errors.push(error);
    // More than the filter looks at between two checkpoints.
    await store.append(
      'other',
      Array.from({ length: 3_000 }, (_, n) => event(n)),
      'no-stream',
    );
    await store.subscribe({ from: null, streamPrefixes: ['ours-'], handle, onError });
    await store.append('ours-1', [event(1)], 'no-stream');
    await seen.until(({ length }) => length === 1);
    await double.kill();
    await double.start();
    await until(() => errors.length > 0);
    await appendSurely(store, 'ours-1', [event(2)], 0);
    await seen.until((events) => events.some(({ revision }) => revision === 1));
    expect(seen.items.map(numberOf)).toEqual([1, 2]);
  }, 30_000);
});

describe('credentials of EventStoreDB', () => {
  it('cannot be used when the address is none', async () => {
    await expect(openEventStoreDb({ url: 'nonsense' })).rejects.toThrow();
  });

  it('a store that is not there is told in a sentence', async () => {
    const opening = openEventStoreDb({ url: 'esdb://127.0.0.1:1?tls=false', deadlineMs: 1_000 });
    await expect(opening).rejects.toThrow(/EventStoreDB does not answer/);
  });
});
