import { randomUUID } from 'node:crypto';
import { describeWithKafka, startKafka, type KafkaCluster } from '@chargestream/kafka';
import { describeEventBusContract } from '../testing';
import { openKafkaEventBus } from './index';

describeWithKafka('On one broker', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka();
  }, 120_000);
  afterAll(async () => cluster?.stop(), 30_000);

  describeEventBusContract(
    'The bus on Kafka',
    () => {
      const clientId = `contract-${randomUUID()}`;
      // Every test has topics and groups of its own, so the brokers are the storage that is opened again.
      const open = () => openKafkaEventBus({ brokers: cluster.brokers, clientId });
      return Promise.resolve({ open, dispose: () => Promise.resolve() });
    },
    { persistent: true },
  );
});
