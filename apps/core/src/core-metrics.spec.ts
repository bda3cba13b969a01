import { chargerKey, sessionStream, TOPICS } from '@chargestream/contracts';
import { at, CHARGER, event, start16, stop16, TENANT } from '@chargestream/domain/testing';
import { StoreUnavailableError, WrongExpectedRevisionError } from '@chargestream/event-store';
import { around } from './testing/around-append';
import { Harness } from './testing/harness';
import { intent } from './testing/intents';

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.open();
  harness.measured = true;
});
afterEach(() => harness.close());

async function value(line: string): Promise<number | null> {
  const { body } = await harness.metrics.exposition();
  const found = body.split('\n').find((one) => one.startsWith(`chargestream_${line} `));
  return found === undefined ? null : Number(found.split(' ').at(-1));
}

it('metrics tell what core has done', async () => {
  let conflicts = 0;
  const stream = sessionStream(String(start16(0).data.sessionKey));
  harness.wrapStore = (store) =>
    around(store, async (append) => {
      if (conflicts++ === 0) throw new WrongExpectedRevisionError(stream, 'no-stream', 0);
      return append();
    });
  await harness.start();
  const key = chargerKey(TENANT, CHARGER);
  await harness.report(start16(0), stop16(5), event('ChargerSeen', {}));
  await harness.bus.publish([{ topic: TOPICS.chargerEvents, key, value: Buffer.from('{'), headers: {} }]);
  // A charger must have been heard of before it can be commanded.
  await harness.settled();
  await harness.intend(
    intent('SendCommand', { command: { kind: 'CLEAR_CACHE' }, expiresAt: at(5), holdUntilOnline: false }),
  );
  await harness.until(async () => (await value('core_commands_ended_total{outcome="OFFLINE"}')) === 1);
  expect(await value('core_events_handled_total{type="TransactionReported"}')).toBe(2);
  expect(await value(`core_dead_letters_total{topic="${TOPICS.chargerEvents}",reason="poison"}`)).toBe(1);
  expect(await value('core_append_conflicts_total')).toBe(1);
  expect(await value(`core_consumer_lag_records{topic="${TOPICS.chargerEvents}"}`)).toBe(0);
  expect(await value(`core_consumer_lag_seconds{topic="${TOPICS.chargerEvents}"}`)).toBe(0);
  expect(await value('core_projection_lag_events')).toBe(0);
});

it('lag and health tell that the store takes nothing, and that it does again', async () => {
  let fails = true;
  let attempts = 0;
  harness.wrapStore = (store) =>
    around(store, async (append) => {
      attempts += 1;
      if (fails) throw new StoreUnavailableError('down');
      return append();
    });
  await harness.start();
  expect(await harness.health.report()).toMatchObject({ ready: true, checks: { core: 'ok' } });
  await harness.report(start16(0), stop16(5));
  while (attempts < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(await value(`core_consumer_lag_records{topic="${TOPICS.chargerEvents}"}`)).toBe(2);
  expect(await harness.health.report()).toMatchObject({ ready: false, checks: { core: 'failing' } });
  fails = false;
  await harness.settled();
  expect(await value(`core_consumer_lag_records{topic="${TOPICS.chargerEvents}"}`)).toBe(0);
  expect(await harness.health.report()).toMatchObject({ ready: true, checks: { core: 'ok' } });
  await harness.stop();
  expect(await harness.health.report()).toEqual({ ready: true, checks: {} });
});
