import { randomUUID } from 'node:crypto';
import { describeWithKafka, startKafka, type KafkaCluster } from '@chargestream/kafka';
import { openKafkaEventBus, type KafkaSasl } from './index';

const TIMEOUT_MS = 90_000;

describeWithKafka(
  'The bus on Kafka with TLS and SASL',
  () => {
    let cluster: KafkaCluster;
    beforeAll(async () => {
      cluster = await startKafka({ secure: true });
    }, TIMEOUT_MS);
    afterAll(async () => cluster?.stop(), TIMEOUT_MS);

    const open = (sasl: KafkaSasl, ca: string | undefined = cluster.secure!.ca, connectTimeoutMs = 30_000) => {
      const { brokers } = cluster.secure!;
      return openKafkaEventBus({ brokers, clientId: 'secure', tls: { ca }, sasl, connectTimeoutMs });
    };
    const roundTrip = async (sasl: KafkaSasl) => {
      const bus = await open(sasl);
      const topic = `secure.${randomUUID()}`;
      await bus.ensureTopics([{ name: topic, cleanup: 'compact' }]);
      await bus.publish([{ topic, key: 'a', value: Buffer.from('1') }]);
      await bus.publishAtomically('writer', [{ topic, key: 'b', value: Buffer.from('2') }]);
      const table = await bus.openTable(topic);
      const texts = [...table.entries()].map(({ key, value }) => `${key}${value.toString()}`);
      await bus.close();
      return texts;
    };

    it(
      'comes in with SCRAM',
      async () => {
        const { username, password } = cluster.secure!;
        expect(await roundTrip({ mechanism: 'scram-sha-512', username, password })).toEqual(['a1', 'b2']);
      },
      TIMEOUT_MS,
    );

    it(
      'comes in with tokens',
      async () => {
        const token = jest.fn(() => Promise.resolve({ value: cluster.secure!.token() }));
        expect(await roundTrip({ mechanism: 'oauthbearer', token })).toEqual(['a1', 'b2']);
        expect(token).toHaveBeenCalled();
      },
      TIMEOUT_MS,
    );

    it(
      'says so when it is not let in',
      async () => {
        const { username } = cluster.secure!;
        await expect(open({ mechanism: 'scram-sha-512', username, password: 'wrong' }, undefined, 1)).rejects.toThrow(
          /cannot be used/,
        );
      },
      TIMEOUT_MS,
    );

    it(
      'does not trust a certificate that it was not told to trust',
      async () => {
        const { username, password } = cluster.secure!;
        const opening = openKafkaEventBus({
          brokers: cluster.secure!.brokers,
          clientId: 'secure',
          tls: {},
          sasl: { mechanism: 'scram-sha-512', username, password },
          connectTimeoutMs: 1,
        });
        await expect(opening).rejects.toThrow(/certificate/);
      },
      TIMEOUT_MS,
    );
  },
  { own: true },
);
