/// <reference types="jest" />
import { randomUUID } from 'node:crypto';
import type { BusRecord, EventBus, StoredRecord, SubscribeOptions, TopicSpec } from '../port';
import { Inbox } from './inbox';

/** What an adapter can do. What it cannot is named in the test report, not skipped silently. */
export interface EventBusFeatures {
  /** Reopened on the same storage it has what was published before. */
  persistent: boolean;
  /** Deadline of one test: rebalances of a broker take seconds. Default 60 s. */
  timeoutMs?: number;
  /** Partitions of the topics in the tests. Default 3; a bus with one log per topic ignores it. */
  partitions?: number;
}

export interface BusUnderTest {
  /** Opens the bus; called again after `close` it opens it on the same storage. */
  open(): Promise<EventBus>;
  /** Removes the storage. */
  dispose(): Promise<void>;
}

/** The contract of the event bus. Every adapter passes it unchanged. */
export function describeEventBusContract(
  name: string,
  factory: () => Promise<BusUnderTest>,
  features: EventBusFeatures,
): void {
  const timeoutMs = features.timeoutMs ?? 60_000;
  const whenPersistent = features.persistent ? it : it.skip;

  describe(`${name} keeps the contract of the event bus`, () => {
    let subject: BusUnderTest;
    let bus: EventBus;

    beforeEach(async () => {
      subject = await factory();
      bus = await subject.open();
    }, timeoutMs);
    afterEach(async () => {
      await bus.close();
      await subject.dispose();
    }, timeoutMs);

    const reopen = async () => {
      await bus.close();
      bus = await subject.open();
    };
    const newTopic = async (cleanup: TopicSpec['cleanup'] = 'delete') => {
      const topic = `contract.${cleanup}.${randomUUID()}`;
      await bus.ensureTopics([{ name: topic, cleanup, partitions: features.partitions ?? 3 }]);
      return topic;
    };
    const follow = async (topic: string, options: Partial<SubscribeOptions> = {}) => {
      const inbox = new Inbox<StoredRecord>();
      const subscription = await bus.subscribe({
        group: `group-${randomUUID()}`,
        topics: [topic],
        from: 'earliest',
        handle: (records) => Promise.resolve(inbox.add(...records)),
        ...options,
      });
      return { inbox, subscription };
    };
    const publishNumbers = (topic: string, key: string, from: number, count: number) =>
      bus.publish(Array.from({ length: count }, (_, index) => numbered(topic, key, from + index)));

    it(
      'gives back what was published: key, value, headers, position, time',
      async () => {
        const topic = await newTopic();
        const before = Date.now();
        const value = Buffer.from([0, 255, 1, 128]);
        const record = { topic, key: 'tenant/ä ☃', value, headers: { ce_id: '1', 'ce-ünicode': '⚡' } };
        const [position] = await bus.publish([record]);
        const { inbox } = await follow(topic);
        const [stored] = await inbox.until((records) => records.length === 1);
        expect(stored).toEqual({ ...record, ...position, storedAtMs: expect.any(Number) as number });
        expect(Buffer.isBuffer(stored?.value)).toBe(true);
        // A broker's clock may differ from ours by a little.
        expect(Math.abs((stored?.storedAtMs ?? 0) - before)).toBeLessThan(60_000);
      },
      timeoutMs,
    );

    it(
      'keeps the order of each key, also of publishes that were not awaited, and answers with growing offsets',
      async () => {
        const topic = await newTopic();
        const keys = ['a', 'b', 'c', 'd', 'e'];
        const { inbox } = await follow(topic);
        const publishes = Array.from({ length: 60 }, (_, n) => bus.publish(keys.map((key) => numbered(topic, key, n))));
        const positions = await Promise.all(publishes);
        const stored = await inbox.until((records) => records.length >= 300);
        expect(stored).toHaveLength(300);
        for (const [index, key] of keys.entries()) {
          const ofKey = stored.filter((record) => record.key === key);
          expect(ofKey.map(numberOf)).toEqual(range(0, 60));
          expect(ofKey.map(({ partition, offset }) => ({ topic, partition, offset }))).toEqual(
            positions.map((answer) => answer[index]),
          );
          expect(new Set(ofKey.map(({ partition }) => partition)).size).toBe(1);
        }
      },
      timeoutMs,
    );

    it(
      'gives every group every record and shares nothing between groups',
      async () => {
        const topic = await newTopic();
        const [one, two] = [await follow(topic), await follow(topic)];
        await publishNumbers(topic, 'k', 0, 20);
        for (const { inbox } of [one, two]) {
          expect((await inbox.until((records) => records.length >= 20)).map(numberOf)).toEqual(range(0, 20));
        }
      },
      timeoutMs,
    );

    it(
      'lets the members of a group share the records, and the rest take over when one leaves',
      async () => {
        const topic = await newTopic();
        const group = `group-${randomUUID()}`;
        const inbox = new Inbox<StoredRecord>();
        const handle = (records: readonly StoredRecord[]) => Promise.resolve(inbox.add(...records));
        const one = await follow(topic, { group, handle });
        const two = await follow(topic, { group, handle });
        await publishNumbers(topic, 'k', 0, 10);
        await inbox.until((records) => distinct(records) >= 10);
        await one.subscription.close();
        await publishNumbers(topic, 'k', 10, 10);
        await inbox.until((records) => distinct(records) >= 20);
        await two.subscription.caughtUp();
        expect(await two.subscription.lag()).toBe(0);
      },
      timeoutMs,
    );

    it(
      'goes on from the committed offset when a group comes back',
      async () => {
        const topic = await newTopic();
        const group = `group-${randomUUID()}`;
        await publishNumbers(topic, 'k', 0, 5);
        const first = await follow(topic, { group });
        await first.subscription.caughtUp();
        await first.subscription.close();
        await publishNumbers(topic, 'k', 5, 5);
        const second = await follow(topic, { group });
        expect((await second.inbox.until((records) => records.length >= 5)).map(numberOf)).toEqual(range(5, 10));
      },
      timeoutMs,
    );

    it(
      'begins a group at the end when it asks for the latest',
      async () => {
        const topic = await newTopic();
        await publishNumbers(topic, 'k', 0, 5);
        const { inbox, subscription } = await follow(topic, { from: 'latest' });
        await subscription.caughtUp();
        await publishNumbers(topic, 'k', 5, 5);
        expect((await inbox.until((records) => records.length >= 5)).map(numberOf)).toEqual(range(5, 10));
      },
      timeoutMs,
    );

    it(
      'hands the same records over again when the handler rejects, in order, and tells of it',
      async () => {
        const topic = await newTopic();
        const errors: unknown[] = [];
        const calls: number[][] = [];
        const inbox = new Inbox<StoredRecord>();
        await publishNumbers(topic, 'k', 0, 3);
        await follow(topic, {
          handle: (records) => {
            calls.push(records.map(numberOf));
            if (calls.length <= 2) return Promise.reject(new Error('not now'));
            return Promise.resolve(inbox.add(...records));
          },
          onError: (error) => errors.push(error),
        });
        expect((await inbox.until((records) => records.length >= 3)).map(numberOf)).toEqual(range(0, 3));
        expect(calls[1]?.[0]).toBe(0);
        expect(calls[2]?.[0]).toBe(0);
        expect(errors.map((error) => (error as Error).message)).toEqual(['not now', 'not now']);
      },
      timeoutMs,
    );

    it(
      'never calls the handler of a partition twice at once and keeps to the batch size',
      async () => {
        const topic = await newTopic();
        let running = 0;
        let mostRunning = 0;
        const sizes: number[] = [];
        await publishNumbers(topic, 'k', 0, 30);
        const { subscription } = await follow(topic, {
          maxBatchSize: 7,
          handle: async (records) => {
            mostRunning = Math.max(mostRunning, ++running);
            sizes.push(records.length);
            await new Promise((resolve) => setImmediate(resolve));
            running--;
          },
        });
        await subscription.caughtUp();
        expect(mostRunning).toBe(1);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(7);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(30);
      },
      timeoutMs,
    );

    it(
      'waits for the handler under way when a subscription is closed, and calls it no more',
      async () => {
        const topic = await newTopic();
        const started = new Inbox<string>();
        const gate = new Inbox<string>();
        let finished = 0;
        await publishNumbers(topic, 'k', 0, 2);
        const { subscription } = await follow(topic, {
          maxBatchSize: 1,
          handle: async () => {
            started.add('started');
            await gate.until((items) => items.length > 0);
            finished++;
          },
        });
        await started.until((items) => items.length > 0);
        const closed = subscription.close();
        gate.add('go on');
        await closed;
        expect(finished).toBe(1);
        expect(started.items).toHaveLength(1);
      },
      timeoutMs,
    );

    it(
      'loads a compacted table, follows it and takes tombstones',
      async () => {
        const topic = await newTopic('compact');
        await bus.publish([
          entry(topic, 'a', '1'),
          entry(topic, 'b', '1'),
          entry(topic, 'a', '2'),
          entry(topic, 'c', '1'),
        ]);
        await bus.publish([{ topic, key: 'c', value: null }]);
        const table = await bus.openTable(topic);
        expect(contents(table.entries())).toEqual({ a: '2', b: '1' });
        expect(table.get('c')).toBeUndefined();

        const changes = new Inbox<[string, string | undefined]>();
        table.onChange((key, changed) => {
          // The copy has changed already when listeners hear of it.
          expect(table.get(key)).toEqual(changed);
          changes.add([key, changed?.value.toString()]);
        });
        const [position] = await bus.publish([entry(topic, 'd', '1'), { topic, key: 'b', value: null }]);
        await changes.until((items) => items.length >= 2);
        expect(Object.fromEntries(changes.items)).toEqual({ d: '1', b: undefined });
        expect(contents(table.entries())).toEqual({ a: '2', d: '1' });
        expect(table.get('d')?.offset).toBe(position?.offset);
        expect(table.size()).toBe(2);
      },
      timeoutMs,
    );

    it(
      'publishes atomically: all of it to several topics and partitions, in order, and readable at once',
      async () => {
        const [topic, tableTopic] = [await newTopic(), await newTopic('compact')];
        const writer = `writer-${randomUUID()}`;
        const { inbox, subscription } = await follow(topic);
        const keys = ['a', 'b', 'c', 'd'];
        for (let n = 0; n < 5; n++) {
          const records = keys.map((key) => numbered(topic, key, n));
          await bus.publishAtomically(writer, [...records, entry(tableTopic, 'checkpoint', String(n))]);
        }
        const stored = await inbox.until((records) => records.length >= 20);
        for (const key of keys) {
          expect(stored.filter((record) => record.key === key).map(numberOf)).toEqual(range(0, 5));
        }
        expect(contents((await bus.openTable(tableTopic)).entries())).toEqual({ checkpoint: '4' });
        await subscription.caughtUp();
        expect(await subscription.lag()).toBe(0);
      },
      timeoutMs,
    );

    it(
      'gives a role to one candidate at a time, and to the next when it closes',
      async () => {
        const role = `role-${randomUUID()}`;
        const told = new Inbox<string>();
        let leading = 0;
        const candidate = (name: string) =>
          bus.lead({
            role,
            run: async (signal) => {
              expect(++leading).toBe(1);
              told.add(name);
              await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
              leading--;
            },
          });
        const candidates = { one: await candidate('one'), two: await candidate('two') };
        const [first] = (await told.until((names) => names.length > 0)) as ('one' | 'two')[];
        const second = first === 'one' ? 'two' : 'one';
        expect(candidates[first!].isLeader()).toBe(true);
        expect(candidates[second].isLeader()).toBe(false);
        await candidates[first!].close();
        expect(candidates[first!].isLeader()).toBe(false);
        expect(await told.until((names) => names.length > 1)).toEqual([first, second]);
        await candidates[second].close();
        expect(leading).toBe(0);
      },
      timeoutMs,
    );

    it(
      'runs a leader again that failed',
      async () => {
        const errors: unknown[] = [];
        const runs = new Inbox<number>();
        const candidacy = await bus.lead({
          role: `role-${randomUUID()}`,
          run: async (signal) => {
            runs.add(runs.items.length);
            if (runs.items.length === 1) throw new Error('not now');
            await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
          },
          onError: (error) => errors.push(error),
        });
        await runs.until((items) => items.length === 2);
        expect(errors.map((error) => (error as Error).message)).toEqual(['not now']);
        await candidacy.close();
      },
      timeoutMs,
    );

    it('is available while it can publish', () => expect(bus.isAvailable()).toBe(true), timeoutMs);

    it(
      'is not available once closed, and refuses to publish',
      async () => {
        const topic = await newTopic();
        const heard: boolean[] = [];
        bus.onAvailabilityChange((available) => heard.push(available));
        await bus.close();
        expect(bus.isAvailable()).toBe(false);
        expect(heard).toEqual([false]);
        await expect(publishNumbers(topic, 'k', 0, 1)).rejects.toMatchObject({ name: 'BusUnavailableError' });
      },
      timeoutMs,
    );

    whenPersistent(
      'has everything after a restart: records, committed offsets, tables, and offsets that go on',
      async () => {
        const topic = await newTopic();
        const tableTopic = await newTopic('compact');
        const group = `group-${randomUUID()}`;
        const before = await publishNumbers(topic, 'k', 0, 10);
        await bus.publish([entry(tableTopic, 'a', '1'), entry(tableTopic, 'a', '2'), entry(tableTopic, 'b', '1')]);
        await bus.publish([{ topic: tableTopic, key: 'b', value: null }]);
        const first = await follow(topic, { group });
        await first.subscription.caughtUp();
        await reopen();
        const after = await publishNumbers(topic, 'k', 10, 10);
        const old = await follow(topic, { group });
        const fresh = await follow(topic);
        expect((await old.inbox.until((records) => records.length >= 10)).map(numberOf)).toEqual(range(10, 20));
        const all = await fresh.inbox.until((records) => records.length >= 20);
        expect(all.map(numberOf)).toEqual(range(0, 20));
        expect(all.map(({ offset }) => offset)).toEqual([...before, ...after].map(({ offset }) => offset));
        expect(contents((await bus.openTable(tableTopic)).entries())).toEqual({ a: '2' });
      },
      timeoutMs,
    );

    whenPersistent(
      'goes on after a restart in the middle of a topic, without a hole',
      async () => {
        const topic = await newTopic();
        const group = `group-${randomUUID()}`;
        await publishNumbers(topic, 'k', 0, 50);
        const seen = new Inbox<StoredRecord>();
        const handle = (records: readonly StoredRecord[]) => Promise.resolve(seen.add(...records));
        await follow(topic, { group, maxBatchSize: 5, handle });
        await seen.until((records) => records.length >= 20);
        await reopen();
        await follow(topic, { group, maxBatchSize: 5, handle });
        await seen.until((records) => distinct(records) >= 50);
        // Records may come twice at a seam, but never out of order and never not at all.
        const firstSeen = [...new Set(seen.items.map(numberOf))];
        expect(firstSeen).toEqual(range(0, 50));
      },
      timeoutMs,
    );
  });
}

function numbered(topic: string, key: string, number: number): BusRecord {
  return { topic, key, value: Buffer.from(String(number)) };
}

function entry(topic: string, key: string, text: string): BusRecord {
  return { topic, key, value: Buffer.from(text) };
}

function numberOf(record: StoredRecord): number {
  return Number(record.value?.toString());
}

function distinct(records: readonly StoredRecord[]): number {
  return new Set(records.map(numberOf)).size;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function contents(entries: Iterable<{ key: string; value: Buffer }>): Record<string, string> {
  return Object.fromEntries([...entries].map(({ key, value }) => [key, value.toString()]));
}
