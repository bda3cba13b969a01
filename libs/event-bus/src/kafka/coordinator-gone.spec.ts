import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describeWithKafka, startKafka, type KafkaCluster } from '@chargestream/kafka';
import { Kafka, logLevel } from 'kafkajs';
import type { EventBus, StoredRecord } from '../port';
import { openKafkaEventBus } from './index';

const TIMEOUT_MS = 180_000;
const GROUP = 'members';

describeWithKafka(
  'A broker that looks after a group and does not come back',
  () => {
    let cluster: KafkaCluster;
    const buses: EventBus[] = [];
    beforeAll(async () => {
      cluster = await startKafka({ brokers: 3, own: true });
    }, TIMEOUT_MS);
    afterAll(async () => {
      await Promise.all(buses.map((bus) => bus.close()));
      await cluster?.stop();
    }, TIMEOUT_MS);
    const open = async () => {
      const bus = await openKafkaEventBus({ brokers: cluster.brokers, clientId: randomUUID() });
      buses.push(bus);
      return bus;
    };

    it(
      'is replaced: members go on where the group was, and the lag can be told',
      async () => {
        const [one, other] = [await open(), await open()];
        const topic = `plain.${randomUUID()}`;
        await one.ensureTopics([{ name: topic, cleanup: 'delete', partitions: 6 }]);
        const received: StoredRecord[] = [];
        const follow = (bus: EventBus) =>
          bus.subscribe({
            group: GROUP,
            topics: [topic],
            from: 'earliest',
            handle: (records) => Promise.resolve(void received.push(...records)),
          });
        const subscriptions = [await follow(one), await follow(other)];
        const publish = (name: string) =>
          one.publish(KEYS.map((key) => ({ topic, key, value: Buffer.from(`${name} ${key}`) })));
        await publish('before');
        await Promise.all(subscriptions.map((subscription) => subscription.caughtUp()));
        // From here on both connections know the coordinator.
        expect(await Promise.all(subscriptions.map((subscription) => subscription.lag()))).toEqual([0, 0]);

        const nodeId = await coordinatorOf(cluster, GROUP);
        await cluster.nodes.find(({ id }) => id === nodeId)!.kill('SIGKILL');
        await soon(() => publish('after').then(() => true));
        const all = () => new Set(received.map(({ value }) => String(value)));
        await soon(() => all().size === KEYS.length * 2);
        for (const subscription of subscriptions) {
          await soon(async () => (await subscription.lag()) === 0);
        }
      },
      TIMEOUT_MS,
    );
  },
  { own: true },
);

const KEYS = Array.from({ length: 12 }, (_, index) => `t/charger-${index}`);

/** Kafka notices within ten seconds that a broker is gone. @throws the last failure when it is not so within a minute */
async function soon(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 60_000;
  for (;;) {
    try {
      if (await isSo()) return;
      if (Date.now() > deadlineMs) throw new Error('It is still not so.');
    } catch (error) {
      if (Date.now() > deadlineMs) throw error;
    }
    await pause(50);
  }
}

/** The leader of the partition of `__consumer_offsets` that a group's id falls on (Java's hash of a string). */
async function coordinatorOf(cluster: KafkaCluster, group: string): Promise<number> {
  const admin = new Kafka({ brokers: cluster.brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: ['__consumer_offsets'] });
    const partitions = topics[0]!.partitions;
    const hash = [...group].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 0);
    const number = (hash & 0x7fffffff) % partitions.length;
    return partitions.find(({ partitionId }) => partitionId === number)!.leader;
  } finally {
    await admin.disconnect();
  }
}
