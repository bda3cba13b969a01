import { TOPICS, TOPIC_SPECS } from '@chargestream/contracts';
import { WriterFencedError, type BusRecord, type EventBus } from '@chargestream/event-bus';
import { anyDay, seeded } from '../testing/any-day';
import { PublisherHarness } from '../testing/published';
import { connectorStatusPublisher } from './connector-status';
import { meterValuesPublisher } from './meter-values';
import type { StorePublisher } from './publisher';
import { sessionEventsPublisher } from './session-events';

const PUBLISHERS: [topic: string, create: (harness: PublisherHarness) => StorePublisher][] = [
  [TOPICS.sessionEvents, ({ store }) => sessionEventsPublisher(store)],
  [TOPICS.meterValues, ({ store }) => meterValuesPublisher(store)],
  [TOPICS.connectorStatus, () => connectorStatusPublisher()],
];

/**
 * The bus as one of several processes has it. It fails before or after it has done as it was told, as a process that dies
 * there leaves it; and who writes under a name is refused once another has written under it, as on Kafka.
 */
function processBus(bus: EventBus, next: () => number, newestWriter: Map<string, EventBus>): EventBus {
  const mine: EventBus = new Proxy(bus, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name !== 'publishAtomically') return value.bind(target) as unknown;
      return async (writer: string, records: readonly BusRecord[]) => {
        const isNewTerm = records.some(({ key }) => key.startsWith('terms/'));
        if (isNewTerm) newestWriter.set(writer, mine);
        if (newestWriter.get(writer) !== mine) throw new WriterFencedError(writer);
        const chance = next();
        if (chance < 0.2) throw new Error('died before');
        await target.publishAtomically(writer, records);
        if (chance > 0.8) throw new Error('died after');
      };
    },
  });
  return mine;
}

async function publishedOnce(topic: string, create: (harness: PublisherHarness) => StorePublisher, seed: number) {
  const harness = await PublisherHarness.open();
  await harness.report(...anyDay(seed));
  await harness.publish(() => create(harness));
  const records = await harness.records(topic);
  await harness.close();
  return records.map(({ key, headers, value }) => ({ key, id: headers.ce_id, value: String(value) }));
}

describe.each(PUBLISHERS)('%s', (topic, create) => {
  it.each([1, 2, 3, 4, 5])(
    'tells everything once and in order, wherever the publisher dies (seed %i)',
    async (seed) => {
      const expected = await publishedOnce(topic, create, seed);
      const compacted = TOPIC_SPECS.some(({ name, cleanup }) => name === topic && cleanup === 'compact');
      expect(expected.length).toBeGreaterThan(1);
      const harness = await PublisherHarness.open();
      const next = seeded(seed);
      const writers = new Map<string, EventBus>();
      const process = () => processBus(harness.bus, next, writers);
      const day = anyDay(seed);
      // While messages come in, processes come and go; now and then two of them think that they have the role.
      const running: { stop: AbortController; done: Promise<void> }[] = [];
      for (let from = 0; from < day.length; from += 3) {
        await harness.report(...day.slice(from, from + 3));
        const stop = new AbortController();
        running.push({ stop, done: harness.run(() => create(harness), stop.signal, process()) });
        if (next() < 0.5) await harness.published(create(harness));
        while (running.length > 2) running.shift()?.stop.abort();
      }
      for (const { stop } of running) stop.abort();
      await Promise.all(running.map(({ done }) => done));
      await harness.publish(() => create(harness), process());
      expect(harness.errors.length).toBeGreaterThan(0);
      const records = await harness.records(topic);
      const told = records.map(({ key, headers, value }) => ({ key, id: headers.ce_id, value: String(value) }));
      expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
      // A compacted topic may have dropped what was replaced; what is left is in order all the same.
      if (compacted) expect(expected.filter(({ id }) => told.some((one) => one.id === id))).toEqual(told);
      else expect(told).toEqual(expected);
      await harness.close();
    },
  );
});
