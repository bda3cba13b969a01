import { TOPICS, type MeterEvent } from '@chargestream/contracts';
import { at, meterValues16, register, start16, stop16 } from '@chargestream/domain/testing';
import { PublisherHarness } from '../testing/published';
import { meterValuesPublisher } from './meter-values';

let harness: PublisherHarness;
beforeEach(async () => (harness = await PublisherHarness.open()));
afterEach(() => harness.close());

const published = async () => {
  await harness.publish(() => meterValuesPublisher(harness.store));
  return harness.events<MeterEvent>(TOPICS.meterValues);
};

describe('meter values', () => {
  it('come one record a message, with whose they are', async () => {
    await harness.report(
      start16(0),
      meterValues16(1, [
        register(1_500, 1),
        register(null, 1, { measurand: 'Power.Active.Import', unit: 'W', raw: 'n/a' }),
      ]),
    );
    const [one, ...more] = await published();
    expect(more).toEqual([]);
    expect(one).toMatchObject({
      type: 'MeterSamplesRecorded',
      tenantId: 'default',
      chargerId: 'CP-1',
      occurredAt: at(1),
      data: {
        sessionId: start16(0).data.sessionKey,
        transactionId: '77',
        evseId: 1,
        connectorId: 1,
        token: { idToken: 'TAG', type: null },
        afterEnd: false,
        energyWh: 500,
        samples: [
          { measurand: 'Energy.Active.Import.Register', value: 1_500, unit: 'Wh', raw: null, timestamp: at(1) },
          { measurand: 'Power.Active.Import', value: null, unit: 'W', raw: 'n/a' },
        ],
      },
    });
    const [record] = await harness.records(TOPICS.meterValues);
    expect(record).toMatchObject({ key: 'default/CP-1', headers: { ce_id: one!.id, ce_type: one!.type } });
  });

  it('come for meters that no session uses', async () => {
    await harness.report(meterValues16(1, [register(7, 1)], { evseId: 0, connectorId: null, transactionId: null }));
    expect(await published()).toMatchObject([
      { data: { sessionId: null, transactionId: null, evseId: 0, connectorId: null, token: null, energyWh: null } },
    ]);
  });

  it('that come after the end say so, and come once however often the charger repeats them', async () => {
    const late = meterValues16(10, [register(2_000, 10)]);
    await harness.report(start16(0), stop16(30), late);
    const events = await published();
    expect(events).toMatchObject([{ occurredAt: at(10), data: { afterEnd: true, energyWh: 4_000 } }]);
    await harness.report(late, late, stop16(30), late);
    expect(await published()).toEqual(events);
  });
});
