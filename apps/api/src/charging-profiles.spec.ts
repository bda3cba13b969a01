import { chargingProfileStream, type StoredFact } from '@chargestream/contracts';
import { ApiFixture } from './testing/api-fixture';

let fixture: ApiFixture;

beforeAll(async () => {
  fixture = await ApiFixture.start({}, { intentTimeoutMs: 2_000, newWireId: () => 4711 });
});
afterAll(() => fixture.close());
beforeEach(() => (fixture.intents.length = 0));

describe('charging profiles', () => {
  const schedule = { unit: 'W', periods: [{ startPeriodS: 0, limit: 11_000.5 }] };
  const input = { description: 'Depot', stackLevel: 1, purpose: 'TxDefaultProfile', kind: 'Relative', schedule };
  const put = async (more: object = {}) =>
    fixture.query(
      `mutation ($input: PutChargingProfileInput!) { putChargingProfile(input: $input) {
         id description schedule { unit periods { limit numberPhases } } } }`,
      { input: { ...input, ...more } },
    );

  it('are put, with an id chosen, and removed', async () => {
    fixture.decide = (intent) => {
      const removed = { type: 'ChargingProfileRemoved', data: intent.data } as StoredFact;
      const fact = { type: 'ChargingProfilePut', data: intent.data } as StoredFact;
      const stream = chargingProfileStream('default', 4711);
      return { stream, facts: [intent.type === 'RemoveChargingProfile' ? removed : fact] };
    };
    expect((await put()).data?.putChargingProfile).toEqual({
      ...{ id: 4711, description: 'Depot' },
      schedule: { unit: 'W', periods: [{ limit: 11_000.5, numberPhases: null }] },
    });
    const query = '{ chargingProfile(id: 4711) { description } }';
    expect((await fixture.query(query)).data).toEqual({ chargingProfile: { description: 'Depot' } });
    const removed = await fixture.query('mutation { removeChargingProfile(input: { id: 4711 }) }');
    expect(removed.data).toEqual({ removeChargingProfile: true });
    expect((await fixture.query(query)).data).toEqual({ chargingProfile: null });
  });

  const periods = (...all: object[]) => ({ schedule: { unit: 'A', periods: all } });
  it.each<[object, string]>([
    [{ id: 0 }, 'id'],
    [{ stackLevel: -1 }, 'stackLevel'],
    [{ kind: 'Recurring' }, 'recurrency'],
    [{ recurrency: 'Daily' }, 'recurrency'],
    [{ schedule: { ...schedule, startSchedule: '2026-01-01T00:00:00Z' } }, 'schedule.startSchedule'],
    [{ validFrom: '2026-01-02T00:00:00Z', validTo: '2026-01-02T00:00:00Z' }, 'validTo'],
    [periods(), 'schedule.periods'],
    [periods({ startPeriodS: 1, limit: 6 }), 'schedule.periods.0.startPeriodS'],
    [periods({ startPeriodS: 0, limit: 6 }, { startPeriodS: 0, limit: 7 }), 'schedule.periods.1.startPeriodS'],
    [periods({ startPeriodS: 0, limit: 6.25 }), 'schedule.periods.0.limit'],
    [periods({ startPeriodS: 0, limit: -1 }), 'schedule.periods.0.limit'],
    [periods({ startPeriodS: 0, limit: 1, numberPhases: 4 }), 'schedule.periods.0.numberPhases'],
  ])('that say %j are refused', async (more, field) => {
    const { errors } = await put(more);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field });
    expect(fixture.intents).toEqual([]);
  });
});
