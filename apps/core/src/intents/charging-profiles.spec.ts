import { chargingProfileStream, type ChargingProfile } from '@chargestream/contracts';
import { TENANT } from '@chargestream/domain/testing';
import { Harness } from '../testing/harness';
import { intent } from '../testing/intents';

const profile: ChargingProfile = {
  chargingProfileId: 7,
  description: 'Night',
  stackLevel: 1,
  purpose: 'ChargePointMaxProfile',
  kind: 'Absolute',
  recurrency: null,
  validFrom: null,
  validTo: null,
  schedule: {
    durationS: 3_600,
    startSchedule: '2026-01-01T22:00:00.000Z',
    unit: 'W',
    minChargingRate: null,
    periods: [{ startPeriodS: 0, limit: 22_000, numberPhases: null }],
  },
};
let harness: Harness;

beforeEach(async () => {
  harness = await Harness.open();
  await harness.start();
});
afterEach(() => harness.close());

const types = (tenantId = TENANT) => harness.types(chargingProfileStream(tenantId, 7));
async function put(more: Partial<ChargingProfile> = {}, tenantId = TENANT) {
  return tell({ ...intent('PutChargingProfile', { ...profile, ...more }, { chargerId: '' }), tenantId });
}
async function remove() {
  return tell(intent('RemoveChargingProfile', { chargingProfileId: 7 }, { chargerId: '' }));
}
async function tell(one: Parameters<Harness['intend']>[0]) {
  await harness.intend(one);
  const answer = () => harness.updates.find((update) => update.kind === 'intent' && update.intentId === one.id);
  await harness.until(() => answer() !== undefined);
  return answer();
}

it('a charging profile is put, changed and removed, and its callers are told once that shows', async () => {
  expect(await put()).toMatchObject({ outcome: 'applied' });
  const row = () => harness.readModel.queries.chargingProfiles.byId(TENANT, 7);
  expect(await row()).toMatchObject({ description: 'Night', purpose: 'ChargePointMaxProfile' });
  expect(await put({ description: 'Day' })).toMatchObject({ outcome: 'applied' });
  expect(await row()).toMatchObject({ description: 'Day' });
  expect(await put({ description: 'Day' })).toMatchObject({ outcome: 'applied' });
  expect(await remove()).toMatchObject({ outcome: 'applied' });
  expect(await row()).toBeUndefined();
  expect(await types()).toEqual(['ChargingProfilePut', 'ChargingProfilePut', 'ChargingProfileRemoved']);
});

it('a charging profile of another tenant is another one, and none at all cannot be removed', async () => {
  expect(await remove()).toMatchObject({ outcome: 'rejected', error: { code: 'NOT_FOUND' } });
  await put({}, 'other');
  expect(await types()).toEqual([]);
  expect(await types('other')).toEqual(['ChargingProfilePut']);
});
