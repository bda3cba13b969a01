/// <reference types="jest" />
import { randomUUID } from 'node:crypto';
import { WrongExpectedRevisionError } from '../port';
import type { EventStore, NewEvent, StoredEvent, StoreSubscribeOptions } from '../port';
import { Inbox } from './inbox';

/** What an adapter can do. What it cannot is named in the test report, not skipped silently. */
export interface EventStoreFeatures {
  /** Reopened on the same storage it has what was appended before. */
  persistent: boolean;
  /** Deadline of one test. Default 60 s. */
  timeoutMs?: number;
}

export interface StoreUnderTest {
  /** Opens the store; called again after `close` it opens it on the same storage. */
  open(): Promise<EventStore>;
  /** Removes the storage. */
  dispose(): Promise<void>;
}

/** The contract of the event store. Every adapter passes it unchanged, also on a store that others use too. */
export function describeEventStoreContract(
  name: string,
  factory: () => Promise<StoreUnderTest>,
  features: EventStoreFeatures,
): void {
  const timeoutMs = features.timeoutMs ?? 60_000;
  const whenPersistent = features.persistent ? it : it.skip;

  describe(`${name} keeps the contract of the event store`, () => {
    let subject: StoreUnderTest;
    let store: EventStore;
    /** Streams of one test share a prefix that no other test has. */
    let prefix: string;

    beforeEach(async () => {
      subject = await factory();
      store = await subject.open();
      prefix = `contract${randomUUID().replaceAll('-', '')}`;
    }, timeoutMs);
    afterEach(async () => {
      await store.close();
      await subject.dispose();
    }, timeoutMs);

    const reopen = async () => {
      await store.close();
      store = await subject.open();
    };
    const follow = async (options: Partial<StoreSubscribeOptions> = {}) => {
      const inbox = new Inbox<StoredEvent>();
      const subscription = await store.subscribe({
        from: null,
        streamPrefixes: [prefix],
        handle: (events) => Promise.resolve(inbox.add(...events)),
        ...options,
      });
      return { inbox, subscription };
    };
    const fill = async (stream: string, count: number) => {
      const events = newEvents(count);
      await store.append(stream, events, 'no-stream');
      return events;
    };

    it(
      'gives back what was appended',
      async () => {
        const stream = `${prefix}-ä☃`;
        const data = { text: 'ä ☃ "', number: 1.5, list: [1, null, true], nested: { a: {} } };
        const event = { id: randomUUID(), type: 'Happened', data, metadata: { correlationId: 'c' } };
        expect(await store.append(stream, [event], 'no-stream')).toEqual({ revision: 0 });
        const [stored] = await collect(store.readStream(stream));
        expect(stored).toMatchObject({ ...event, stream, revision: 0 });
        expect(new Date(stored?.storedAt ?? '').toISOString()).toBe(stored?.storedAt);
      },
      timeoutMs,
    );

    it('reads nothing of a stream that does not exist', async () => {
      expect(await collect(store.readStream(`${prefix}-none`))).toEqual([]);
    });

    it(
      'takes an append only at the exact revision, and says where the stream is',
      async () => {
        const stream = `${prefix}-1`;
        await expect(store.append(stream, newEvents(1), 0)).rejects.toMatchObject({ actual: 'no-stream', expected: 0 });
        await fill(stream, 3);
        for (const expected of ['no-stream', 0, 1, 3, 99] as const) {
          const refusal: unknown = await store.append(stream, newEvents(1), expected).catch((error: unknown) => error);
          expect(refusal).toBeInstanceOf(WrongExpectedRevisionError);
          expect(refusal).toMatchObject({ stream, expected, actual: 2 });
        }
        expect(await store.append(stream, newEvents(2), 2)).toEqual({ revision: 4 });
        expect((await collect(store.readStream(stream))).map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4]);
      },
      timeoutMs,
    );

    it(
      'takes a repeated append without doubling it, also after others followed',
      async () => {
        const stream = `${prefix}-1`;
        const [first, second, third] = [newEvents(2), newEvents(2), newEvents(1)];
        await store.append(stream, first, 'no-stream');
        expect(await store.append(stream, first, 'no-stream')).toEqual({ revision: 1 });
        await store.append(stream, second, 1);
        await store.append(stream, third, 3);
        expect(await store.append(stream, second, 1)).toEqual({ revision: 3 });
        expect(await store.append(stream, first, 'no-stream')).toEqual({ revision: 1 });
        expect(ids(await collect(store.readStream(stream)))).toEqual(ids([...first, ...second, ...third]));
      },
      timeoutMs,
    );

    it(
      'refuses an append that repeats only in part, and stores none of it',
      async () => {
        const stream = `${prefix}-1`;
        const events = await fill(stream, 2);
        const half = [...events.slice(0, 1), ...newEvents(1)];
        const longer = [...events, ...newEvents(1)];
        for (const attempt of [half, longer]) {
          await expect(store.append(stream, attempt, 'no-stream')).rejects.toBeInstanceOf(WrongExpectedRevisionError);
        }
        expect(ids(await collect(store.readStream(stream)))).toEqual(ids(events));
      },
      timeoutMs,
    );

    it(
      'lets exactly one of many concurrent appends to a stream win, and spares appends to other streams',
      async () => {
        const rivals = Array.from({ length: 20 }, () => store.append(`${prefix}-rivals`, newEvents(2), 'no-stream'));
        const others = Array.from({ length: 20 }, (_, n) => store.append(`${prefix}-${n}`, newEvents(1), 'no-stream'));
        const outcomes = await Promise.allSettled(rivals);
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(WrongExpectedRevisionError);
        }
        expect(await Promise.all(others)).toEqual(others.map(() => ({ revision: 0 })));
        expect(await collect(store.readStream(`${prefix}-rivals`))).toHaveLength(2);
      },
      timeoutMs,
    );

    it(
      'reads a stream forwards and backwards, from a revision, with a limit',
      async () => {
        const stream = `${prefix}-1`;
        await fill(stream, 1200);
        const revisions = async (options: Parameters<EventStore['readStream']>[1]) =>
          (await collect(store.readStream(stream, options))).map(({ revision }) => revision);
        expect(await revisions({})).toEqual(range(0, 1200));
        expect(await revisions({ fromRevision: 1190 })).toEqual(range(1190, 1200));
        expect(await revisions({ fromRevision: 10, limit: 3 })).toEqual([10, 11, 12]);
        expect(await revisions({ direction: 'backwards', limit: 2 })).toEqual([1199, 1198]);
        expect(await revisions({ direction: 'backwards', fromRevision: 700 })).toEqual(range(0, 701).reverse());
        expect(await revisions({ fromRevision: 1200 })).toEqual([]);
      },
      timeoutMs,
    );

    it(
      'reads the whole log in order, by prefix and from a position',
      async () => {
        for (let n = 0; n < 10; n++)
          await store.append(`${prefix}-${n % 2 ? 'a' : 'b'}${n}`, newEvents(1), 'no-stream');
        const all = await collect(store.readAll({ streamPrefixes: [prefix] }));
        expect(all.map(({ stream }) => stream.slice(-1))).toEqual([...'0123456789']);
        for (const [index, event] of all.slice(1).entries()) {
          expect(store.comparePositions(all[index]?.position ?? '', event.position)).toBeLessThan(0);
        }
        expect(store.comparePositions(all[3]?.position ?? '', all[3]?.position ?? '')).toBe(0);
        const later = await collect(store.readAll({ from: all[5]?.position, streamPrefixes: [prefix] }));
        expect(ids(later)).toEqual(ids(all.slice(6)));
        const onlyA = await collect(store.readAll({ streamPrefixes: [`${prefix}-a`, `${prefix}-none`] }));
        expect(onlyA.map(({ stream }) => stream.slice(-1))).toEqual([...'13579']);
      },
      timeoutMs,
    );

    it(
      'catches a subscription up with the past and goes on live, in order, in batches, without a seam',
      async () => {
        const past = await fill(`${prefix}-past`, 1500);
        const sizes: number[] = [];
        const inbox = new Inbox<StoredEvent>();
        const { subscription } = await follow({
          maxBatchSize: 100,
          handle: (events) => {
            sizes.push(events.length);
            return Promise.resolve(inbox.add(...events));
          },
        });
        const live: NewEvent[] = [];
        for (let n = 0; n < 50; n++) live.push(...(await fill(`${prefix}-live${n}`, 1)));
        await inbox.until((events) => events.length >= 1550);
        await subscription.caughtUp();
        expect(ids(inbox.items)).toEqual(ids([...past, ...live]));
        expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
        expect(subscription.position()).toBe(inbox.items.at(-1)?.position);
      },
      timeoutMs,
    );

    it(
      'gives a subscription only the streams of its prefixes',
      async () => {
        const { inbox, subscription } = await follow({ streamPrefixes: [`${prefix}-a`] });
        await fill(`${prefix}-b`, 3);
        const wanted = await fill(`${prefix}-a`, 2);
        await fill(`other${prefix}-a`, 1);
        await inbox.until((events) => events.length >= 2);
        await subscription.caughtUp();
        expect(ids(inbox.items)).toEqual(ids(wanted));
      },
      timeoutMs,
    );

    it(
      'goes on from a checkpoint',
      async () => {
        const events = await fill(`${prefix}-1`, 10);
        const first = await follow({ maxBatchSize: 4 });
        await first.inbox.until((seen) => seen.length >= 4);
        await first.subscription.close();
        const checkpoint = first.subscription.position();
        expect(checkpoint).toBe(first.inbox.items.at(-1)?.position);
        const rest = events.slice(first.inbox.items.length);
        rest.push(...newEvents(1));
        await store.append(`${prefix}-2`, rest.slice(-1), 'no-stream');
        const second = await follow({ from: checkpoint });
        expect(ids(await second.inbox.until((seen) => seen.length >= rest.length))).toEqual(ids(rest));
      },
      timeoutMs,
    );

    it(
      'hands the same events over again when the handler rejects, and tells of it',
      async () => {
        const events = await fill(`${prefix}-1`, 3);
        const errors: unknown[] = [];
        let calls = 0;
        const inbox = new Inbox<StoredEvent>();
        const { subscription } = await follow({
          handle: (seen) => (++calls <= 2 ? Promise.reject(new Error('not now')) : Promise.resolve(inbox.add(...seen))),
          onError: (error) => errors.push(error),
        });
        await inbox.until((seen) => seen.length >= 3);
        await subscription.caughtUp();
        expect(ids(inbox.items)).toEqual(ids(events));
        expect(errors.map((error) => (error as Error).message)).toEqual(['not now', 'not now']);
      },
      timeoutMs,
    );

    it(
      'forgets all but the newest events of a stream, and of no other, when told to',
      async () => {
        const [stream, other] = [`${prefix}-1`, `${prefix}-11`];
        await fill(stream, 10);
        const spared = await fill(other, 3);
        const revisions = async (options: Parameters<EventStore['readStream']>[1] = {}) =>
          (await collect(store.readStream(stream, options))).map(({ revision }) => revision);
        await store.keepNewest(stream, 3);
        expect(await revisions()).toEqual([7, 8, 9]);
        expect(await revisions({ direction: 'backwards' })).toEqual([9, 8, 7]);
        expect(await revisions({ fromRevision: 8, limit: 1 })).toEqual([8]);
        expect(ids(await collect(store.readStream(other)))).toEqual(ids(spared));
        // What was forgotten counts: the stream is where it was.
        await expect(store.append(stream, newEvents(1), 'no-stream')).rejects.toMatchObject({ actual: 9 });
        const more = newEvents(2);
        expect(await store.append(stream, more, 9)).toEqual({ revision: 11 });
        expect(await store.append(stream, more, 9)).toEqual({ revision: 11 });
        await store.keepNewest(stream, 1);
        await store.keepNewest(stream, 1);
        expect(await revisions()).toEqual([11]);
        await store.keepNewest(stream, 5);
        await store.append(stream, newEvents(1), 11);
        expect((await revisions()).slice(-2)).toEqual([11, 12]);
        await expect(store.append(`${prefix}-2`, newEvents(1), 0)).rejects.toMatchObject({ actual: 'no-stream' });
        await expect(store.keepNewest(stream, 0)).rejects.toThrow('at least 1');
        await store.keepNewest(`${prefix}-none`, 1);
        expect(await collect(store.readStream(`${prefix}-none`))).toEqual([]);
        const { inbox, subscription } = await follow();
        await subscription.caughtUp();
        expect(inbox.items.filter(({ stream: of }) => of === stream).at(-1)?.revision).toBe(12);
      },
      timeoutMs,
    );

    it(
      'is available until closed, and refuses to append then',
      async () => {
        expect(store.isAvailable()).toBe(true);
        await store.close();
        expect(store.isAvailable()).toBe(false);
        await expect(store.append(`${prefix}-1`, newEvents(1), 'no-stream')).rejects.toMatchObject({
          name: 'StoreUnavailableError',
        });
      },
      timeoutMs,
    );

    whenPersistent(
      'has everything after a restart: events, revisions, idempotence, positions',
      async () => {
        const stream = `${prefix}-1`;
        const events = await fill(stream, 3);
        const before = await collect(store.readAll({ streamPrefixes: [prefix] }));
        await reopen();
        expect(await collect(store.readAll({ streamPrefixes: [prefix] }))).toEqual(before);
        expect(await store.append(stream, events, 'no-stream')).toEqual({ revision: 2 });
        await expect(store.append(stream, newEvents(1), 1)).rejects.toMatchObject({ actual: 2 });
        const more = newEvents(1);
        expect(await store.append(stream, more, 2)).toEqual({ revision: 3 });
        const { inbox } = await follow({ from: before[1]?.position ?? null });
        expect(ids(await inbox.until((seen) => seen.length >= 2))).toEqual(ids([...events.slice(2), ...more]));
        await fill(`${prefix}-cut`, 4);
        await store.keepNewest(`${prefix}-cut`, 1);
        await reopen();
        const cut = store.readStream(`${prefix}-cut`);
        expect((await collect(cut)).map(({ revision }) => revision)).toEqual([3]);
      },
      timeoutMs,
    );
  });
}

function newEvents(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, number) => ({
    id: randomUUID(),
    type: 'Happened',
    data: { number },
    metadata: {},
  }));
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

function ids(events: readonly { id: string }[]): string[] {
  return events.map(({ id }) => id);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
