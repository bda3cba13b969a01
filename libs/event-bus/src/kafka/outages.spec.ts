import { randomUUID } from 'node:crypto';
import { describeWithKafka, startKafka, type KafkaCluster } from '@chargestream/kafka';
import type { EventBus, StoredRecord } from '../port';
import { openKafkaEventBus } from './index';
import { FLAWLESS, Load, verdict } from './testing/load';
import { timeUntil, until } from './testing/until';

const TIMEOUT_MS = 240_000;
/** The bound is 15 s; a busy machine is late. */
const NO_PUBLISH_HANGS_MS = 20_000;
const KEYS = Array.from({ length: 24 }, (_, index) => `t/charger-${index}`);

describeWithKafka(
  'The bus on Kafka when brokers go away',
  () => {
    let cluster: KafkaCluster;
    let bus: EventBus;
    const open = (brokers: string[]) => openKafkaEventBus({ brokers, clientId: `outages-${randomUUID()}` });
    const begin = async (brokers: 1 | 3) => {
      cluster = await startKafka({ brokers, own: true });
      bus = await open(cluster.brokers);
      const topic = `outages.${randomUUID()}`;
      await bus.ensureTopics([{ name: topic, cleanup: 'delete', partitions: 6 }]);
      return topic;
    };
    const readAll = async (topic: string): Promise<StoredRecord[]> => {
      const reader = await open(cluster.brokers);
      const records: StoredRecord[] = [];
      const subscription = await reader.subscribe({
        group: randomUUID(),
        topics: [topic],
        from: 'earliest',
        handle: (some) => Promise.resolve(void records.push(...some)),
      });
      await subscription.caughtUp();
      await reader.close();
      return records;
    };
    afterEach(async () => {
      await bus?.close();
      await cluster?.stop();
    }, TIMEOUT_MS);

    it(
      'loses, doubles and reorders nothing when the only broker is killed under load, and closes its doors meanwhile',
      async () => {
        const topic = await begin(1);
        const followed: StoredRecord[] = [];
        const subscription = await bus.subscribe({
          group: 'followers',
          topics: [topic],
          from: 'earliest',
          handle: (records) => Promise.resolve(void followed.push(...records)),
        });
        const load = new Load(bus, topic, KEYS, 5);
        for (let round = 0; round < 2; round++) {
          const before = load.count();
          await until(() => load.count() > before + 2_000);
          await cluster.nodes[0]!.kill();
          expect(await timeUntil(() => !bus.isAvailable())).toBeLessThan(2_200);
          const startedAt = Date.now();
          await cluster.nodes[0]!.start();
          const listeningMs = Date.now() - startedAt;
          const recoveredMs = await timeUntil(() => bus.isAvailable());
          process.stdout.write(`Listens after ${listeningMs} ms, the bus is available ${recoveredMs} ms later\n`);
        }
        const after = load.count();
        await until(() => load.count() > after + 2_000);
        await load.stop();
        expect(load.slowestMs).toBeLessThan(NO_PUBLISH_HANGS_MS);
        expect(verdict(load, await readAll(topic))).toEqual(FLAWLESS);
        // The group that was reading all the time has everything too; some of it may have come twice.
        await subscription.caughtUp();
        const once = [...new Map(followed.map((record) => [`${record.partition}/${record.offset}`, record])).values()];
        expect(verdict(load, once)).toEqual(FLAWLESS);
      },
      TIMEOUT_MS,
    );

    it(
      'knows within about two seconds that a broker hangs, lets no publish hang, and goes on when the broker does',
      async () => {
        const topic = await begin(1);
        await bus.publish([{ topic, key: 'k', value: Buffer.from('before') }]);
        const heard: boolean[] = [];
        bus.onAvailabilityChange((available) => heard.push(available));
        cluster.nodes[0]!.pause();
        expect(await timeUntil(() => !bus.isAvailable())).toBeLessThan(2_200);
        const started = Date.now();
        const hanging = bus.publish([{ topic, key: 'k', value: Buffer.from('meanwhile') }]);
        await expect(hanging).rejects.toMatchObject({ name: 'BusUnavailableError' });
        expect(Date.now() - started).toBeLessThan(NO_PUBLISH_HANGS_MS);
        cluster.nodes[0]!.resume();
        await until(() => bus.isAvailable());
        await bus.publish([{ topic, key: 'k', value: Buffer.from('after') }]);
        expect(heard).toEqual([false, true]);
        const texts = (await readAll(topic)).map(({ value }) => value!.toString());
        expect([texts[0], texts.at(-1)]).toEqual(['before', 'after']);
      },
      TIMEOUT_MS,
    );

    it(
      'loses, doubles and reorders nothing when the leaders of partitions move among three brokers under load',
      async () => {
        const topic = await begin(3);
        const load = new Load(bus, topic, KEYS, 10);
        await until(() => load.count() > 1_000);
        // In order first: its partitions move before it ends.
        await cluster.nodes[0]!.kill('SIGTERM');
        await untilMore(load);
        await cluster.nodes[0]!.start();
        await untilMore(load);
        await cluster.nodes[1]!.kill('SIGKILL');
        await untilMore(load);
        await cluster.nodes[1]!.start();
        await untilMore(load);
        await load.stop();
        expect(load.slowestMs).toBeLessThan(NO_PUBLISH_HANGS_MS);
        expect(verdict(load, await readAll(topic))).toEqual(FLAWLESS);
      },
      TIMEOUT_MS,
    );

    it(
      'is unavailable while too few replicas are in sync, and available when they are back',
      async () => {
        const topic = await begin(3);
        await cluster.nodes[1]!.kill();
        await cluster.nodes[2]!.kill();
        await until(() => !bus.isAvailable());
        await expect(bus.publish([{ topic, key: 'k', value: Buffer.from('1') }])).rejects.toMatchObject({
          name: 'BusUnavailableError',
        });
        await Promise.all([cluster.nodes[1]!.start(), cluster.nodes[2]!.start()]);
        await until(() => bus.isAvailable());
        await bus.publish([{ topic, key: 'k', value: Buffer.from('2') }]);
      },
      TIMEOUT_MS,
    );
  },
  { own: true },
);

/** Every key has got more through. */
async function untilMore(load: Load): Promise<void> {
  const before = new Map([...load.acknowledged].map(([key, numbers]) => [key, numbers.size]));
  await until(() => [...load.acknowledged].every(([key, numbers]) => numbers.size > before.get(key)! + 50));
}
