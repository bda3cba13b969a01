import type { Bench } from './bench';
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

/** The same, kept. */
const keep = (bench: Bench, purpose: string) =>
  bench.chargingProfile({
    ...{ id: 7, stackLevel: 0, purpose, kind: 'Relative', description: 'Gentle' },
    schedule: { unit: 'A', periods: [{ startPeriodS: 0, limit: 8.1 }] },
  });

define('056', '§3.13.1, §5.16.4', async (bench, id) => {
  const charger = await bench.charger(id);
  await keep(bench, 'TxDefaultProfile');
  const wire = JSON.stringify({ connectorId: 1, csChargingProfiles: profile('TxDefaultProfile') });
  await bench.command(charger, 'setChargingProfile', { evseId: 1, chargingProfileId: 7 }, { wire });
});

define('057', '§3.13.1, §5.16.3', async (bench, id) => {
  await bench.token('SMART');
  const charger = await bench.charger(id);
  const transactionId = await start(charger, 'SMART');
  await keep(bench, 'TxProfile');
  const wire = JSON.stringify({ connectorId: 1, csChargingProfiles: profile('TxProfile', { transactionId }) });
  const input = { evseId: 1, chargingProfileId: 7, transactionId: String(transactionId) };
  await bench.command(charger, 'setChargingProfile', input, { wire });
  await bench.sessions(id, [{ state: 'ACTIVE', transactionId: String(transactionId) }]);
});

define('059', '§5.11, §5.16.2', async (bench, id) => {
  await bench.token('SMART');
  const charger = await bench.charger(id);
  const chargingProfile = profile('TxProfile');
  const wire = JSON.stringify({ connectorId: 1, idTag: 'SMART', chargingProfile });
  await keep(bench, 'TxProfile');
  await bench.command(charger, 'startCharging', { evseId: 1, idToken: 'SMART', chargingProfileId: 7 }, { wire });
  const transactionId = await start(charger, 'SMART');
  await bench.sessions(id, [{ state: 'ACTIVE', transactionId: String(transactionId) }]);
});

define('066', '§5.7', async (bench, id) => {
  const charger = await bench.charger(id);
  const chargingSchedule = { duration: 300, ...profile('TxProfile').chargingSchedule };
  const answer = { status: 'Accepted', connectorId: 1, scheduleStart: '2026-01-01T00:00:00Z', chargingSchedule };
  const wire = '{"connectorId":1,"duration":300,"chargingRateUnit":"A"}';
  await bench.command(charger, 'getCompositeSchedule', { evseId: 1, durationS: 300, unit: 'A' }, { wire, answer });
});

define('067', '§5.5 Accepted, Unknown', async (bench, id) => {
  const charger = await bench.charger(id);
  await keep(bench, 'TxDefaultProfile');
  const wire = JSON.stringify({ connectorId: 1, csChargingProfiles: profile('TxDefaultProfile') });
  await bench.command(charger, 'setChargingProfile', { evseId: 1, chargingProfileId: 7 }, { wire });
  await bench.command(charger, 'clearChargingProfile', { chargingProfileId: 7 }, { wire: '{"id":7}' });
  const input = { evseId: 1, purpose: 'TxDefaultProfile', stackLevel: 0 };
  await bench.command(charger, 'clearChargingProfile', input, {
    wire: '{"connectorId":1,"chargingProfilePurpose":"TxDefaultProfile","stackLevel":0}',
    answer: { status: 'Unknown' },
    state: 'REJECTED',
  });
});
