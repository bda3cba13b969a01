import { randomUUID } from 'node:crypto';
import { describeWithKafka, startKafka, type KafkaCluster } from '@chargestream/kafka';
import { Kafka, logLevel } from 'kafkajs';
import { Inbox } from '../testing/inbox';
import type { EventBus, StoredRecord, SubscribeOptions } from '../port';
import { openKafkaEventBus } from './index';
import { until } from './testing/until';

const TIMEOUT_MS = 90_000;
const KEYS = Array.from({ length: 12 }, (_, index) => `t/charger-${index}`);

describeWithKafka(
  'Groups, tables and topics on Kafka',
  () => {
    let cluster: KafkaCluster;
    let buses: EventBus[] = [];
    beforeAll(async () => {
      // Of our own: one test looks at all groups there are.
      cluster = await startKafka({ own: true });
    }, TIMEOUT_MS);
    afterAll(async () => cluster?.stop(), TIMEOUT_MS);
    afterEach(async () => {
      await Promise.all(buses.splice(0).map((bus) => bus.close()));
    }, TIMEOUT_MS);

    const open = async () => {
      const bus = await openKafkaEventBus({
        brokers: cluster.brokers,
        clientId: randomUUID(),
        sessionTimeoutMs: 6_000,
      });
      buses = [...buses, bus];
      return bus;
    };
    const newTopic = async (bus: EventBus, partitions = 6) => {
      const topic = `groups.${randomUUID()}`;
      await bus.ensureTopics([{ name: topic, cleanup: 'delete', partitions }]);
      return topic;
    };
    const publish = (bus: EventBus, topic: string, from: number, count: number) =>
      bus.publish(
        KEYS.flatMap((key) =>
          Array.from({ length: count }, (_, index) => ({ topic, key, value: Buffer.from(String(from + index)) })),
        ),
      );
    const withAdmin = async <T>(work: (admin: ReturnType<Kafka['admin']>) => Promise<T>) => {
      const admin = new Kafka({ brokers: cluster.brokers, logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      try {
        return await work(admin);
      } finally {
        await admin.disconnect();
      }
    };

    it(
      'shares partitions between two members with slow handlers: none is handled by both, none is left out',
      async () => {
        const [one, other] = [await open(), await open()];
        const topic = await newTopic(one);
        const group = randomUUID();
        await publish(one, topic, 0, 40);
        const handled: { member: string; record: StoredRecord }[] = [];
        const running = new Map<number, string>();
        const follow = (bus: EventBus, member: string, options: Partial<SubscribeOptions> = {}) =>
          bus.subscribe({
            group,
            topics: [topic],
            from: 'earliest',
            maxBatchSize: 10,
            handle: async (records) => {
              const { partition } = records[0]!;
              expect(running.get(partition)).toBeUndefined();
              running.set(partition, member);
              const slow = Date.now() + 150;
              await until(() => Date.now() > slow);
              handled.push(...records.map((record) => ({ member, record })));
              running.delete(partition);
            },
            ...options,
          });
        const first = await follow(one, 'one');
        await until(() => handled.length > 0);
        const second = await follow(other, 'other');
        await publish(one, topic, 40, 40);
        await Promise.all([first.caughtUp(), second.caughtUp()]);
        expect(new Set(handled.map(({ member }) => member)).size).toBe(2);
        for (const key of KEYS) {
          const numbers = handled.filter(({ record }) => record.key === key).map(({ record }) => Number(record.value));
          expect(numbers).toEqual(Array.from({ length: 80 }, (_, index) => index));
        }
        expect(await first.lag()).toBe(0);
      },
      TIMEOUT_MS,
    );

    it(
      'gives a topic only to members that handle it, as when another version joins',
      async () => {
        const [one, other] = [await open(), await open()];
        const [known, added] = [await newTopic(one), await newTopic(one)];
        const group = randomUUID();
        const handled: { member: string; topic: string; partition: number }[] = [];
        const follow = (bus: EventBus, member: string, topics: string[]) =>
          bus.subscribe({
            group,
            topics,
            from: 'earliest',
            handle: (records) => {
              const { topic, partition } = records[0]!;
              return Promise.resolve(void handled.push({ member, topic, partition }));
            },
          });
        await follow(one, 'old', [known]);
        const newer = await follow(other, 'new', [known, added]);
        await Promise.all([publish(one, known, 0, 5), publish(one, added, 0, 5)]);
        await newer.caughtUp();
        const membersOf = (name: string) =>
          new Set(handled.filter(({ topic }) => topic === name).map(({ member }) => member));
        expect(membersOf(added)).toEqual(new Set(['new']));
        expect(membersOf(known)).toEqual(new Set(['old', 'new']));
      },
      TIMEOUT_MS,
    );

    it(
      'stays in its group while one handler takes longer than the session timeout',
      async () => {
        const bus = await open();
        const topic = await newTopic(bus, 1);
        await bus.publish([{ topic, key: 'k', value: Buffer.from('slow') }]);
        const calls: string[] = [];
        const subscription = await bus.subscribe({
          group: randomUUID(),
          topics: [topic],
          from: 'earliest',
          handle: async (records) => {
            calls.push(String(records[0]!.value));
            const slow = Date.now() + 8_000;
            if (calls.length === 1) await until(() => Date.now() > slow);
          },
        });
        await subscription.caughtUp();
        expect(calls).toEqual(['slow']);
      },
      TIMEOUT_MS,
    );

    it(
      'commits nothing beyond a record that is not finished, also of a partition whose later records are',
      async () => {
        const bus = await open();
        const topic = await newTopic(bus, 2);
        const group = randomUUID();
        await publish(bus, topic, 0, 3);
        const stuck = new Inbox<StoredRecord>();
        const subscription = await bus.subscribe({
          group,
          topics: [topic],
          from: 'earliest',
          maxBatchSize: 1,
          handle: async (records) => {
            if (records[0]!.partition !== 0) return;
            stuck.add(...records);
            throw new Error('not now');
          },
        });
        await stuck.until((records) => records.length > 2);
        const ofOther = KEYS.length * 3 - (await partitionSize(topic, 0));
        await until(async () => (await subscription.lag()) === KEYS.length * 3 - ofOther);
        await subscription.close();
        expect(new Set(stuck.items.map(({ offset }) => offset))).toEqual(new Set([0]));
        const offsets = await withAdmin((admin) => admin.fetchOffsets({ groupId: group, topics: [topic] }));
        const committed = offsets[0]!.partitions.find(({ partition }) => partition === 0);
        expect(committed?.offset).toBe('0');
      },
      TIMEOUT_MS,
    );
    const partitionSize = async (topic: string, partition: number) => {
      const offsets = await withAdmin((admin) => admin.fetchTopicOffsets(topic));
      return Number(offsets.find((one) => one.partition === partition)!.offset);
    };

    it(
      'reads partitions that were added later from their beginning, also for a group that began at the latest',
      async () => {
        const bus = await open();
        const topic = await newTopic(bus, 1);
        const group = randomUUID();
        const handled: StoredRecord[] = [];
        const follow = () =>
          bus.subscribe({
            group,
            topics: [topic],
            from: 'latest',
            handle: (records) => Promise.resolve(void handled.push(...records)),
          });
        const before = await follow();
        await before.close();
        await bus.ensureTopics([{ name: topic, cleanup: 'delete', partitions: 4 }]);
        await publish(bus, topic, 0, 5);
        const after = await follow();
        await after.caughtUp();
        expect(handled).toHaveLength(KEYS.length * 5);
        expect(new Set(handled.map(({ partition }) => partition)).size).toBe(4);
      },
      TIMEOUT_MS,
    );

    it(
      'gives a topic with records no more partitions, and changes its retention without touching other settings',
      async () => {
        const bus = await open();
        const topic = `groups.${randomUUID()}`;
        const spec = { name: topic, cleanup: 'delete', partitions: 2 } as const;
        await bus.ensureTopics([{ ...spec, retentionMs: 3_600_000 }]);
        await publish(bus, topic, 0, 1);
        const settings = async () => {
          const resources = [{ type: 2, name: topic }];
          const described = await withAdmin((admin) => admin.describeConfigs({ resources, includeSynonyms: false }));
          const entries = described.resources[0]!.configEntries;
          return Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]));
        };
        expect(await settings()).toMatchObject({
          'retention.ms': '3600000',
          'cleanup.policy': 'delete',
          'message.timestamp.type': 'LogAppendTime',
        });
        await bus.ensureTopics([{ ...spec, partitions: 5, retentionMs: 7_200_000 }]);
        expect(await settings()).toMatchObject({
          'retention.ms': '7200000',
          'message.timestamp.type': 'LogAppendTime',
        });
        const offsets = await withAdmin((admin) => admin.fetchTopicOffsets(topic));
        expect(offsets).toHaveLength(2);
      },
      TIMEOUT_MS,
    );

    it(
      'leaves no group behind for a table, and follows it through aborted transactions',
      async () => {
        const bus = await open();
        const topic = `table.${randomUUID()}`;
        await bus.ensureTopics([{ name: topic, cleanup: 'compact', partitions: 3 }]);
        const groupsBefore = await withAdmin((admin) => admin.listGroups());
        const table = await bus.openTable(topic);
        const entry = (key: string, value: Buffer) => ({ topic, key, value });
        await bus.publishAtomically('tables', [entry('a', Buffer.from('1'))]);
        // Aborted: one of its records is too large.
        await bus
          .publishAtomically('tables', [entry('a', Buffer.from('aborted')), entry('x', Buffer.alloc(2_000_000))])
          .catch(() => undefined);
        await bus.publish([entry('b', Buffer.from('2'))]);
        await until(() => table.size() === 2);
        expect(table.get('a')?.value.toString()).toBe('1');
        const again = await bus.openTable(topic);
        expect([...again.entries()].map(({ key, value }) => `${key}${String(value)}`).sort()).toEqual(['a1', 'b2']);
        await Promise.all([table.close(), again.close()]);
        expect(await withAdmin((admin) => admin.listGroups())).toEqual(groupsBefore);
      },
      TIMEOUT_MS,
    );

    it(
      'fails what is queued behind a record that cannot be stored, and nothing of other partitions',
      async () => {
        const bus = await open();
        const topic = await newTopic(bus, 4);
        await publish(bus, topic, 0, 1);
        const send = (key: string, value: Buffer) =>
          bus.publish([{ topic, key, value }]).then(
            () => 'stored',
            (error: Error) => error.name,
          );
        const large = send('k', Buffer.alloc(2_000_000));
        const behind = send('k', Buffer.from('behind'));
        const others = KEYS.map((key) => send(key, Buffer.from('1')));
        expect(await large).toBe('BusUnavailableError');
        expect(await behind).toBe('BusUnavailableError');
        expect(await Promise.all(others)).toContain('stored');
        expect(await send('k', Buffer.from('later'))).toBe('stored');
      },
      TIMEOUT_MS,
    );

    it(
      'says which topic there is not, soon, and stays available',
      async () => {
        const bus = await open();
        const publishing = bus.publish([{ topic: 'nowhere', key: 'k', value: null }]);
        await expect(publishing).rejects.toThrow(/no topic nowhere: call ensureTopics/);
        expect(bus.isAvailable()).toBe(true);
      },
      TIMEOUT_MS,
    );
  },
  { own: true },
);
