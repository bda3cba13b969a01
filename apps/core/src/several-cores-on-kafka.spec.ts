import { chargerStream } from '@chargestream/contracts';
import { TENANT } from '@chargestream/domain/testing';
import type { EventBus } from '@chargestream/event-bus';
import { openKafkaEventBus } from '@chargestream/event-bus/kafka';
import { describeWithKafka, startKafka, type KafkaCluster } from '@chargestream/kafka';
import { Cores } from './testing/cores';
import { Harness } from './testing/harness';
import { Load } from './testing/load';
import { systemTimers } from './timers';

describeWithKafka('several cores on Kafka', () => {
  let kafka: KafkaCluster;
  let harness: Harness;
  let cores: Cores;
  const buses: EventBus[] = [];

  beforeAll(async () => {
    kafka = await startKafka();
    harness = await Harness.open(() => openBus('test'));
    cores = new Cores(harness, systemTimers);
  }, 120_000);
  afterAll(async () => {
    await cores?.closeAll();
    await harness?.close();
    await Promise.all(buses.map((bus) => bus.close()));
    await kafka?.stop();
  }, 60_000);

  async function openBus(clientId: string): Promise<EventBus> {
    const bus = await openKafkaEventBus({ brokers: kafka.brokers, clientId });
    buses.push(bus);
    return bus;
  }

  it('share the work, and go on when one of them is killed or closes', async () => {
    const load = new Load(harness, 24);
    const first = await cores.startProcess(await openBus('core-1'));
    await cores.online(load.chargers);
    // A charger must have been heard of before an operator can rename it.
    await load.go(1);
    await harness.until(async () => {
      const books = await Promise.all(load.chargers.map((id) => harness.types(chargerStream(TENANT, id))));
      return books.every((types) => types.length > 0);
    });
    await load.go(3);
    const second = await cores.start(await openBus('core-2'));
    await load.go(4);
    await first.kill();
    await load.go(4);
    await cores.start(await openBus('core-3'));
    await Promise.all([cores.close(second), load.go(4)]);
    await load.go(20);
    expect(await cores.problems(load)).toEqual([]);
    await harness.settled();
    expect(load.unanswered()).toEqual([]);
  }, 180_000);
});
