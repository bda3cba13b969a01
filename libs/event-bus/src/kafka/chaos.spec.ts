import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '@chargestream/embedded-sqlite/testing';
import { describeWithKafka, startKafka, type KafkaCluster } from '@chargestream/kafka';
import type { EventBus, StoredRecord } from '../port';
import { openKafkaEventBus } from './index';
import { FLAWLESS, Load, verdict } from './testing/load';
import { until } from './testing/until';

const TIMEOUT_MS = 300_000;
const SECONDS = Number(process.env.CHAOS_SECONDS ?? 40);
const KEYS = Array.from({ length: 12 }, (_, index) => `t/charger-${index}`);

describeWithKafka(
  'The bus on three Kafka brokers that are killed, hang and come back at random',
  () => {
    let cluster: KafkaCluster;
    const buses: EventBus[] = [];
    beforeAll(async () => {
      cluster = await startKafka({ brokers: 3, own: true });
    }, TIMEOUT_MS);
    afterAll(async () => {
      for (const node of cluster?.nodes ?? []) node.resume();
      await Promise.all(buses.map((bus) => bus.close()));
      await cluster?.stop();
    }, TIMEOUT_MS);
    const open = async () => {
      const bus = await openKafkaEventBus({ brokers: cluster.brokers, clientId: randomUUID() });
      buses.push(bus);
      return bus;
    };

    it(
      `loses, doubles and reorders nothing in ${SECONDS} s: publishes, transactions, groups of two members, tables`,
      async () => {
        const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
        process.stdout.write(`Seed: CHAOS_SEED=${seed}\n`);
        const random = seededRandom(seed);
        const [writing, one, other] = [await open(), await open(), await open()];
        const [topic, atomicTopic, tableTopic] = ['plain', 'atomic', 'table'].map((name) => `${name}.${randomUUID()}`);
        await writing.ensureTopics([
          { name: topic!, cleanup: 'delete', partitions: 6 },
          { name: atomicTopic!, cleanup: 'delete', partitions: 3 },
          { name: tableTopic!, cleanup: 'compact', partitions: 3 },
        ]);
        const received: StoredRecord[] = [];
        const follow = (bus: EventBus) =>
          bus.subscribe({
            group: 'members',
            topics: [topic!, atomicTopic!],
            from: 'earliest',
            handle: (records) => Promise.resolve(void received.push(...records)),
          });
        const subscriptions = [await follow(one), await follow(other)];
        const table = await one.openTable(tableTopic!);
        const load = new Load(writing, topic!, KEYS, 10);
        let running = true;
        const transactions = writeAtomically(writing, atomicTopic!, tableTopic!, () => running);

        const end = Date.now() + SECONDS * 1_000;
        while (Date.now() < end) {
          const node = cluster.nodes[Math.floor(random() * 3)]!;
          if (random() < 0.4) {
            node.pause();
            await pause(1_000 + random() * 12_000);
            node.resume();
          } else {
            await node.kill(random() < 0.3 ? 'SIGTERM' : 'SIGKILL');
            await pause(random() * 4_000);
            await node.start();
          }
          await pause(random() * 4_000);
        }
        await until(() => writing.isAvailable());
        await load.stop();
        running = false;
        const written = await transactions;
        await Promise.all(subscriptions.map((subscription) => subscription.caughtUp()));
        process.stdout.write(
          `${load.count()} acknowledged, ${load.countRefused()} refused, slowest ${load.slowestMs} ms; ${written} transactions\n`,
        );
        expect(load.count()).toBeGreaterThan(1_000);
        expect(written).toBeGreaterThan(10);
        expect(load.slowestMs).toBeLessThan(20_000);

        // Delivered at least once: what came again is left out; the rest is as it was acknowledged, in order.
        const once = [...new Map(received.map((one) => [`${one.topic}/${one.partition}/${one.offset}`, one])).values()];
        const plain = once.filter((record) => record.topic === topic);
        plain.sort((a, b) => a.offset - b.offset);
        expect(verdict(load, plain)).toEqual({ ...FLAWLESS, outOfOrder: expect.any(Number) as number });
        expect(acknowledgedOutOfOrder(load, plain)).toBe(0);
        // Each transaction once, and whole.
        for (const key of ['x', 'y', 'z']) {
          const numbers = once.filter((record) => record.topic === atomicTopic && record.key === key);
          numbers.sort((a, b) => a.offset - b.offset);
          expect(numbers.map(({ value }) => Number(value))).toEqual(Array.from({ length: written }, (_, n) => n));
        }
        await until(() => table.get('checkpoint')?.value.toString() === String(written - 1));
      },
      TIMEOUT_MS,
    );
  },
  { own: true },
);

/** One transaction after the other; one that was refused is repeated, as the port says. */
async function writeAtomically(bus: EventBus, topic: string, table: string, running: () => boolean): Promise<number> {
  const writer = randomUUID();
  for (let number = 0; ;) {
    if (!running()) return number;
    const value = Buffer.from(String(number));
    const records = ['x', 'y', 'z'].map((key) => ({ topic, key, value }));
    try {
      await bus.publishAtomically(writer, [...records, { topic: table, key: 'checkpoint', value }]);
      number++;
    } catch (error) {
      // Nobody else writes under this name.
      expect(error).toMatchObject({ name: 'BusUnavailableError' });
    }
    await pause(20);
  }
}

/** Among what was acknowledged: a record that was refused may have been stored late. */
function acknowledgedOutOfOrder(load: Load, stored: readonly StoredRecord[]): number {
  let count = 0;
  for (const [key, acknowledged] of load.acknowledged) {
    const numbers = stored.filter((record) => record.key === key).map(({ value }) => Number(value));
    const confirmed = numbers.filter((number) => acknowledged.has(number));
    count += confirmed.filter((number, index) => index > 0 && number < confirmed[index - 1]!).length;
  }
  return count;
}
