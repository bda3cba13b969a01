import { casesIn } from './cases';
import { start } from './charging.cases';

const { cases, define } = casesIn('smart-charging.cases.ts');
export const smartChargingCases = cases;

const profile = (chargingProfilePurpose: string, more: object = {}) => ({
  chargingProfileId: 7,
  ...more,
  stackLevel: 0,
  chargingProfilePurpose,
  chargingProfileKind: 'Relative',
  chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 8.1 }] },
});

define('056', '§3.13.1, §5.16.4', async (bench, id) => {
  const charger = await bench.charger(id);
  const csChargingProfiles = profile('TxDefaultProfile');
  await bench.call(charger, 'SetChargingProfile', { connectorId: 1, csChargingProfiles });
});

define('057', '§3.13.1, §5.16.3', async (bench, id) => {
  await bench.token('SMART');
  const charger = await bench.charger(id);
  const transactionId = await start(charger, 'SMART');
  const csChargingProfiles = profile('TxProfile', { transactionId });
  await bench.call(charger, 'SetChargingProfile', { connectorId: 1, csChargingProfiles });
  await bench.sessions(id, [{ state: 'ACTIVE', transactionId: String(transactionId) }]);
});

define('059', '§5.11, §5.16.2', async (bench, id) => {
  await bench.token('SMART');
  const charger = await bench.charger(id);
  const chargingProfile = profile('TxProfile');
  const wire = JSON.stringify({ connectorId: 1, idTag: 'SMART', chargingProfile });
  await bench.command(charger, 'startCharging', { evseId: 1, idToken: 'SMART', chargingProfile }, { wire });
  const transactionId = await start(charger, 'SMART');
  await bench.sessions(id, [{ state: 'ACTIVE', transactionId: String(transactionId) }]);
});

define('066', '§5.7', async (bench, id) => {
  const charger = await bench.charger(id);
  const chargingSchedule = { duration: 300, ...profile('TxProfile').chargingSchedule };
  const answer = { status: 'Accepted', connectorId: 1, scheduleStart: '2026-01-01T00:00:00Z', chargingSchedule };
  const request = { connectorId: 1, duration: 300, chargingRateUnit: 'A' };
  await bench.call(charger, 'GetCompositeSchedule', request, { answer });
});

define('067', '§5.5 Accepted, Unknown', async (bench, id) => {
  const charger = await bench.charger(id);
  const csChargingProfiles = profile('TxDefaultProfile');
  await bench.call(charger, 'SetChargingProfile', { connectorId: 1, csChargingProfiles });
  await bench.call(charger, 'ClearChargingProfile', { id: 7 });
  const request = { connectorId: 1, chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 0 };
  await bench.call(charger, 'ClearChargingProfile', request, { answer: { status: 'Unknown' }, state: 'REJECTED' });
});
