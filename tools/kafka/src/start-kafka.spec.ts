import { existsSync } from 'node:fs';
import path from 'node:path';
import { Kafka, logLevel, type SASLOptions } from 'kafkajs';
import { describeWithKafka } from './describe-with-kafka';
import { startKafka, type KafkaCluster } from './start-kafka';

const TIMEOUT_MS = 120_000;

describeWithKafka(
  'Kafka for tests',
  () => {
    let cluster: KafkaCluster | null = null;
    afterEach(async () => cluster?.stop(), TIMEOUT_MS);

    it(
      'keeps its data and port over SIGKILL, and removes its folder at the end',
      async () => {
        cluster = await startKafka({ own: true });
        const [node] = cluster.nodes;
        const before = client(cluster.brokers);
        await before.admin.createTopics({ waitForLeaders: true, topics: [{ topic: 'kept' }] });
        await before.end();
        const pid = node!.pid!;
        await node!.kill();
        expect(() => process.kill(pid, 0)).toThrow();
        await node!.start();
        const after = client(cluster.brokers);
        expect(await after.admin.listTopics()).toEqual(['kept']);
        await after.end();
        const folder = path.dirname(path.dirname(node!.logFile));
        expect(existsSync(folder)).toBe(true);
        await cluster.stop();
        expect(existsSync(folder)).toBe(false);
      },
      TIMEOUT_MS,
    );

    it(
      'has a listener that takes TLS with SCRAM and with tokens, and nothing less',
      async () => {
        cluster = await startKafka({ secure: true });
        const { brokers, ca, username, password, token } = cluster.secure!;
        const listTopics = async (sasl: SASLOptions) => {
          const kafka = client(brokers, { ssl: { ca }, sasl });
          try {
            return await kafka.admin.listTopics();
          } finally {
            await kafka.end();
          }
        };
        await expect(listTopics({ mechanism: 'scram-sha-512', username, password })).resolves.toEqual([]);
        const oauthBearerProvider = () => Promise.resolve({ value: token() });
        await expect(listTopics({ mechanism: 'oauthbearer', oauthBearerProvider })).resolves.toEqual([]);
        await expect(listTopics({ mechanism: 'scram-sha-512', username, password: 'wrong' })).rejects.toThrow();
        await expect(client(brokers, { ssl: false }).admin.connect()).rejects.toThrow();
      },
      TIMEOUT_MS,
    );
  },
  { own: true },
);

function client(brokers: string[], options: { ssl?: false | { ca: string }; sasl?: SASLOptions } = {}) {
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: { retries: 5 }, ...options });
  const admin = kafka.admin();
  return { admin, end: () => admin.disconnect() };
}
