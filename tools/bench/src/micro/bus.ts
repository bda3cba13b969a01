import path from 'node:path';
import { chargerKey, DEFAULT_TENANT, TOPIC_SPECS, TOPICS } from '@chargestream/contracts';
import type { BusRecord } from '@chargestream/event-bus';
import { openEmbeddedEventBus } from '@chargestream/event-bus/embedded';
import { inFolder } from './in-folder';
import { BATCH, RawInsert } from './raw-insert';
import { compare, type MicroGroup, type RoundSettings } from './rounds';

/** About what a MeterValuesReported event weighs as JSON. */
const VALUE = Buffer.alloc(1_000, '{"type":"MeterValuesReported"}');

function record(charger: number): BusRecord {
  return {
    topic: TOPICS.chargerEvents,
    key: chargerKey(DEFAULT_TENANT, `BENCH-${charger}`),
    value: VALUE,
    headers: { ce_id: '5f0c1b9e-7d42-4c1a-9b3e-000000000001', ce_type: 'MeterValuesReported', ce_specversion: '1.0' },
  };
}

/** Durable publishes to the embedded bus, in batches, from many at once, and one by one. */
export function benchBus(dataRoot: string, settings: RoundSettings): Promise<MicroGroup[]> {
  return inFolder(dataRoot, async (folder) => {
    const raw = new RawInsert(path.join(folder, 'raw.db'), VALUE);
    const bus = await openEmbeddedEventBus({ path: path.join(folder, 'bus.db') });
    try {
      await bus.ensureTopics(TOPIC_SPECS);
      const records = Array.from({ length: BATCH }, (_, charger) => record(charger));
      const inBatches = await compare(
        `bus: records/s, ${BATCH} in a transaction`,
        { name: `libsql, ${BATCH} rows`, run: () => raw.insert(BATCH) },
        [
          { name: `publish of ${BATCH}`, run: async () => (await bus.publish(records)).length },
          {
            name: `${BATCH} publishes at once`,
            run: async () => (await Promise.all(records.map((one) => bus.publish([one])))).length,
          },
        ],
        settings,
      );
      const single = await compare(
        'bus: records/s, one by one',
        { name: 'libsql, 1 row', run: () => raw.insert(1) },
        [{ name: 'publish of 1', run: async () => (await bus.publish([record(0)])).length }],
        settings,
      );
      return [inBatches, single];
    } finally {
      await bus.close();
      raw.close();
    }
  });
}
