import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describeWithKafka, startKafka, type KafkaCluster } from '@chargestream/kafka';
import { Inbox } from '../testing/inbox';
import type { EventBus } from '../port';
import { openKafkaEventBus } from './index';
import { until } from './testing/until';

const TIMEOUT_MS = 90_000;
const ROOT = path.resolve(__dirname, '../../../..');

describeWithKafka('Roles and writers on Kafka', () => {
  let cluster: KafkaCluster;
  let buses: EventBus[] = [];
  let children: ChildProcess[] = [];
  beforeAll(async () => {
    cluster = await startKafka();
  }, TIMEOUT_MS);
  afterAll(async () => cluster?.stop(), TIMEOUT_MS);
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await Promise.all(buses.splice(0).map((bus) => bus.close()));
  }, TIMEOUT_MS);

  const open = async () => {
    const bus = await openKafkaEventBus({ brokers: cluster.brokers, clientId: randomUUID() });
    buses = [...buses, bus];
    return bus;
  };
  const newTopic = async (bus: EventBus) => {
    const topic = `roles.${randomUUID()}`;
    await bus.ensureTopics([{ name: topic, cleanup: 'delete', partitions: 2 }]);
    return topic;
  };
  const readTexts = async (bus: EventBus, topic: string) => {
    const texts: string[] = [];
    const subscription = await bus.subscribe({
      group: randomUUID(),
      topics: [topic],
      from: 'earliest',
      handle: (records) => Promise.resolve(void texts.push(...records.map(({ value }) => value!.toString()))),
    });
    await subscription.caughtUp();
    return texts;
  };
  const candidate = async (bus: EventBus, role: string) => {
    const told = new Inbox<string>();
    const candidacy = await bus.lead({
      role,
      run: async (signal) => {
        told.add('leading');
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        told.add('lost');
      },
    });
    return { told, candidacy };
  };
  const startLeader = (role: string, topic: string) => {
    const args = ['-C', '@chargestream/source', '-r', '@swc-node/register', path.join(__dirname, 'fixtures/leader.ts')];
    const child = spawn(process.execPath, [...args, cluster.brokers.join(','), role, topic], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '', TS_NODE_PROJECT: path.join(ROOT, 'tsconfig.base.json') },
    });
    children = [...children, child];
    const told = new Inbox<string>();
    createInterface({ input: child.stdout }).on('line', (line) => told.add(line));
    return { child, told };
  };

  it(
    'gives the role to another within ten seconds when the leader is killed',
    async () => {
      const bus = await open();
      const role = randomUUID();
      const leader = startLeader(role, await newTopic(bus));
      await leader.told.until((words) => words.includes('leading'));
      const { told } = await candidate(bus, role);
      leader.child.kill('SIGKILL');
      const killedAt = Date.now();
      await told.until((words) => words.includes('leading'));
      expect(Date.now() - killedAt).toBeLessThan(10_000);
    },
    TIMEOUT_MS,
  );

  it(
    'gives the role to another when the leader hangs; when that one wakes it is refused and learns that it has lost the role',
    async () => {
      const bus = await open();
      const role = randomUUID();
      const topic = await newTopic(bus);
      const leader = startLeader(role, topic);
      await leader.told.until((words) => words.includes('leading'));
      leader.child.stdin!.write('first\n');
      await leader.told.until((words) => words.includes('written'));
      const { told } = await candidate(bus, role);
      leader.child.kill('SIGSTOP');
      await told.until((words) => words.includes('leading'));
      await bus.publishAtomically(role, [{ topic, key: 'k', value: Buffer.from('second') }]);
      leader.child.stdin!.write('too late\n');
      leader.child.kill('SIGCONT');
      await leader.told.until((words) => words.includes('WriterFencedError') && words.includes('lost'));
      expect(await readTexts(bus, topic)).toEqual(['first', 'second']);
      expect(told.items).toEqual(['leading']);
    },
    TIMEOUT_MS,
  );

  it(
    'refuses a writer when another process has written under its name, and lets it begin anew after that',
    async () => {
      const [one, other] = [await open(), await open()];
      const topic = await newTopic(one);
      const writer = randomUUID();
      const write = (bus: EventBus, text: string) =>
        bus.publishAtomically(writer, [{ topic, key: text, value: Buffer.from(text) }]);
      await write(one, 'a');
      await write(other, 'b');
      await expect(write(one, 'refused')).rejects.toMatchObject({ name: 'WriterFencedError' });
      await write(other, 'c');
      await write(one, 'd');
      await expect(write(other, 'refused too')).rejects.toMatchObject({ name: 'WriterFencedError' });
      expect((await readTexts(one, topic)).sort()).toEqual(['a', 'b', 'c', 'd']);
    },
    TIMEOUT_MS,
  );

  it(
    'stores nothing of a transaction that a record makes impossible, and goes on',
    async () => {
      const bus = await open();
      const topic = await newTopic(bus);
      const writer = randomUUID();
      const small = (text: string) => ({ topic, key: text, value: Buffer.from(text) });
      const tooLarge = { topic, key: 'large', value: Buffer.alloc(2 * 1024 * 1024) };
      await bus.publishAtomically(writer, [small('a')]);
      await expect(bus.publishAtomically(writer, [small('b'), tooLarge])).rejects.toMatchObject({
        name: 'BusUnavailableError',
      });
      await bus.publishAtomically(writer, [small('c')]);
      expect((await readTexts(bus, topic)).sort()).toEqual(['a', 'c']);
    },
    TIMEOUT_MS,
  );

  it(
    'keeps the role with a living leader while others come and go',
    async () => {
      const [one, other] = [await open(), await open()];
      const role = randomUUID();
      const first = await candidate(one, role);
      await first.told.until((words) => words.length > 0);
      for (let round = 0; round < 3; round++) {
        const second = await candidate(other, role);
        // Closed again once the group has formed with it, or while it does.
        if (round > 0) await until(() => first.candidacy.isLeader());
        await second.candidacy.close();
        expect(second.told.items).toEqual([]);
      }
      expect(first.told.items).toEqual(['leading']);
    },
    TIMEOUT_MS,
  );
});
