import { openContracts, type CheckedRecord } from '@chargestream/contracts/validation';
import type { BusRecord, EventBus } from '@chargestream/event-bus';
import { runDemo } from './demo';

it('the demo puts its tokens on the bus as api would', async () => {
  const published: BusRecord[] = [];
  const publish = async (records: readonly BusRecord[]) => {
    published.push(...records);
    return [];
  };
  const standalone = { bus: { publish } as unknown as EventBus, ocppUrl: 'ws://127.0.0.1:9/ocpp' };
  await runDemo(standalone, 1, AbortSignal.abort());
  expect(published.length).toBeGreaterThan(0);
  expect(published.flatMap((record) => openContracts().problemsOfRecord(record as CheckedRecord))).toEqual([]);
  expect(published[0]!.key).toBe('default/demo-tag-1');
});
