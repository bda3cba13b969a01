import type { Payload } from '../message';
import { DrivenDepot } from '../testing/driven-depot';

describe('charging profiles of a 1.6 charger', () => {
  let depot: DrivenDepot;
  beforeEach(() => void (depot = new DrivenDepot()));
  afterEach(() => depot.close());

  const profileOf = (id: number, chargingProfilePurpose: string, limit: number, more: Payload = {}) => ({
    chargingProfileId: id,
    stackLevel: 0,
    chargingProfilePurpose,
    chargingProfileKind: chargingProfilePurpose === 'TxProfile' ? 'Relative' : 'Absolute',
    chargingSchedule: { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
    ...more,
  });
  const set = (connectorId: number, csChargingProfiles: Payload) =>
    depot.command('SetChargingProfile', { connectorId, csChargingProfiles }).then(({ status }) => status);
  const powerW = (connectorId: number) => depot.charger.charger.sessionAt(connectorId)!.curve.powerW;
  const limit = async (connectorId: number) => {
    const answer = await depot.command('GetCompositeSchedule', { connectorId, duration: 600, chargingRateUnit: 'W' });
    return (answer.chargingSchedule as { chargingSchedulePeriod: Payload[] }).chargingSchedulePeriod;
  };

  it('hold the power to the composite schedule, and are cleared', async () => {
    const charger = await depot.open();
    const { transactionId } = (await charger.start(1, 'TAG')) as { transactionId: number };
    expect(await set(0, profileOf(1, 'ChargePointMaxProfile', 2_000))).toBe('Accepted');
    expect(await limit(1)).toEqual([{ startPeriod: 0, limit: 2_000 }]);
    expect(powerW(1)).toBeLessThanOrEqual(2_000);
    expect(await set(1, profileOf(2, 'TxProfile', 1_000, { transactionId }))).toBe('Accepted');
    expect(await limit(1)).toEqual([{ startPeriod: 0, limit: 1_000 }]);
    expect(powerW(1)).toBeLessThanOrEqual(1_000);
    expect(await depot.command('ClearChargingProfile', { id: 2 })).toEqual({ status: 'Accepted' });
    expect(await limit(1)).toEqual([{ startPeriod: 0, limit: 2_000 }]);
    expect(await depot.command('ClearChargingProfile', { id: 2 })).toEqual({ status: 'Unknown' });
    expect(await depot.command('ClearChargingProfile', {})).toEqual({ status: 'Accepted' });
    expect(await limit(1)).toEqual([{ startPeriod: 0, limit: 22_000 }]);
  });

  it('are refused where they make no sense', async () => {
    const charger = await depot.open();
    expect(await set(1, profileOf(1, 'TxProfile', 1_000))).toBe('Rejected');
    expect(await set(1, profileOf(1, 'ChargePointMaxProfile', 1_000))).toBe('Rejected');
    expect(await set(9, profileOf(1, 'TxDefaultProfile', 1_000))).toBe('Rejected');
    expect(await set(0, profileOf(1, 'TxDefaultProfile', 1_000, { stackLevel: 11 }))).toBe('Rejected');
    await charger.start(1, 'TAG');
    expect(await set(1, profileOf(1, 'TxProfile', 1_000, { transactionId: 1 }))).toBe('Rejected');
    expect(charger.equipment.profiles.all).toEqual([]);
  });

  it('come with a RemoteStartTransaction, and go with its transaction', async () => {
    const charger = await depot.open();
    const start = (purpose: string) =>
      depot.command('RemoteStartTransaction', {
        connectorId: 1,
        idTag: 'TAG',
        chargingProfile: profileOf(4, purpose, 1_500),
      });
    expect(await start('TxDefaultProfile')).toEqual({ status: 'Rejected' });
    expect(await start('TxProfile')).toEqual({ status: 'Accepted' });
    await depot.until(() => typeof charger.transactionAt(1) === 'number');
    expect(await limit(1)).toEqual([{ startPeriod: 0, limit: 1_500 }]);
    await depot.command('RemoteStopTransaction', { transactionId: charger.transactionAt(1)! });
    await depot.until(() => charger.charger.runningSessions === 0);
    expect(charger.equipment.profiles.all).toEqual([]);
  });
});
