import { casesIn } from './cases';
import { inSeconds, type Bench } from './bench';
import type { WireCharger } from './wire-charger';
import { start, stop } from './charging.cases';

const { cases, define } = casesIn('offline.cases.ts');
export const offlineCases = cases;

define('032_1', '§4.2, §4.10 PowerLoss', async (bench, id) => {
  await bench.token('OFFLINE');
  const before = await bench.charger(id);
  const transactionId = await start(before, 'OFFLINE');
  await before.close();
  await bench.shows(
    `query ($id: ID!) { charger(id: $id) { connectivity } }`,
    { id },
    { charger: { connectivity: 'OFFLINE' } },
  );
  await bench.sessions(id, [{ state: 'ACTIVE' }]);
  const after = await bench.charger(id);
  expect(await stop(after, transactionId, { reason: 'PowerLoss' })).toBe('{}');
  await bench.sessions(id, [{ state: 'ENDED', stopReason: 'PowerLoss', transactionId: String(transactionId) }]);
});

/** §3.7, §4.8: it comes late, with the time at which it began. */
const hourAgo = { timestamp: inSeconds(-3600) };
const halfHourAgo = inSeconds(-1800);

/** Gone without a word, as when the network fails; then back, with the same transactions in its queue. */
async function outage(bench: Bench, id: string): Promise<WireCharger> {
  const before = await bench.charger(id);
  before.drop();
  const query = `query ($id: ID!) { charger(id: $id) { connectivity } }`;
  await bench.shows(query, { id }, { charger: { connectivity: 'OFFLINE' } });
  return bench.connect(id);
}

define('037_1', '§3.5, §3.7, §4.8', async (bench, id) => {
  await bench.token('OFFLINE');
  const after = await outage(bench, id);
  const transactionId = await start(after, 'OFFLINE', hourAgo);
  await bench.status(after, 'Charging');
  const shown = { transactionId: String(transactionId), state: 'ACTIVE', offlineReplayed: true };
  await bench.sessions(id, [{ ...shown, authorizationStatus: 'Accepted', startedAt: hourAgo.timestamp }]);
});

define('037_3', '§3.5.4, §4.8, §9.1 StopTransactionOnInvalidId', async (bench, id) => {
  const after = await outage(bench, id);
  const request = { connectorId: 1, idTag: 'STRANGER', meterStart: 0, ...hourAgo };
  const answer = await after.call('StartTransaction', request);
  expect(answer).toEqual({ idTagInfo: { status: 'Invalid' }, transactionId: expect.any(Number) });
  await bench.sessions(id, [{ state: 'ACTIVE', authorizationStatus: 'Invalid', offlineReplayed: true }]);
  const stopped = await stop(after, answer['transactionId'] as number, { reason: 'DeAuthorized', meterStop: 10 });
  expect(stopped).toBe('{}');
  await bench.sessions(id, [{ state: 'ENDED', stopReason: 'DeAuthorized', energyWh: 10 }]);
});

define('039', '§3.7, §4.7, §4.8, §4.10', async (bench, id) => {
  await bench.token('OFFLINE');
  const after = await outage(bench, id);
  const transactionId = await start(after, 'OFFLINE', hourAgo);
  const meterValue = [{ timestamp: halfHourAgo, sampledValue: [{ value: '600', unit: 'Wh' }] }];
  expect(await after.text('MeterValues', { connectorId: 1, transactionId, meterValue })).toBe('{}');
  const ended = { idTag: 'OFFLINE', reason: 'Local', timestamp: inSeconds(-1200) };
  expect(await stop(after, transactionId, ended)).toBe('{"idTagInfo":{"status":"Accepted"}}');
  await bench.status(after, 'Available');
  const shown = { transactionId: String(transactionId), state: 'ENDED', offlineReplayed: true, energyWh: 1000 };
  const times = { startedAt: hourAgo.timestamp, endedAt: ended.timestamp };
  const samples = { nodes: expect.arrayContaining([expect.objectContaining({ value: 600, unit: 'Wh' })]) };
  await bench.sessions(id, [{ ...shown, ...times, stopReason: 'Local', samples }]);
});
