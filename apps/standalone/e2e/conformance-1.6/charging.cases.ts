import { casesIn } from './cases';
import { inSeconds, type Bench } from './bench';
import type { WireCharger } from './wire-charger';

const { cases, define } = casesIn('charging.cases.ts');
export const chargingCases = cases;

const ACCEPTED = { idTagInfo: { status: 'Accepted' } };

/** §4.8: the transaction gets an id, whatever else. */
export async function start(charger: WireCharger, idTag: string, more: object = {}): Promise<number> {
  const request = { connectorId: 1, idTag, meterStart: 100, timestamp: inSeconds(0), ...more };
  const answer = await charger.call('StartTransaction', request);
  expect(Object.keys(answer)).toEqual(['idTagInfo', 'transactionId']);
  expect(answer).toEqual({ ...ACCEPTED, transactionId: expect.any(Number) });
  return answer['transactionId'] as number;
}

export async function stop(charger: WireCharger, transactionId: number, more: object = {}): Promise<string> {
  return charger.text('StopTransaction', { transactionId, timestamp: inSeconds(0), meterStop: 1100, ...more });
}

async function charged(bench: Bench, charger: WireCharger, idTag: string, reason?: string): Promise<void> {
  const transactionId = await start(charger, idTag);
  await bench.status(charger, 'Charging');
  await bench.sessions(charger.id, [{ transactionId: String(transactionId), state: 'ACTIVE', idToken: idTag }]);
  const sampledValue = [{ value: '600', unit: 'Wh', measurand: 'Energy.Active.Import.Register' }];
  const meterValue = [{ timestamp: inSeconds(0), sampledValue }];
  expect(await charger.text('MeterValues', { connectorId: 1, transactionId, meterValue })).toBe('{}');
  const answer = await stop(charger, transactionId, reason === undefined ? { idTag } : { reason });
  // §4.10: idTagInfo only when there is an idTag to tell of.
  expect(answer).toBe(reason === undefined ? JSON.stringify(ACCEPTED) : '{}');
  await bench.status(charger, 'Finishing');
  await bench.status(charger, 'Available');
  await bench.sessions(charger.id, [
    {
      ...{ transactionId: String(transactionId), evseId: 1, idToken: idTag, state: 'ENDED' },
      ...{ meterStartWh: 100, meterStopWh: 1100, energyWh: 1000, offlineReplayed: false },
      stopReason: reason ?? 'Local',
      samples: { nodes: expect.arrayContaining([expect.objectContaining({ value: 600, unit: 'Wh' })]) },
    },
  ]);
}

const authorized = async (charger: WireCharger, idTag: string) =>
  expect(await charger.text('Authorize', { idTag })).toBe(JSON.stringify(ACCEPTED));

define('001', '§4.2, §4.6, §4.9', async (bench, id) => {
  const charger = await bench.connect(id);
  const request = { chargePointVendor: 'Northwind', chargePointModel: 'Depot 22', firmwareVersion: '1.0' };
  const answer = await charger.call('BootNotification', request);
  expect(Object.keys(answer)).toEqual(['status', 'currentTime', 'interval']);
  expect(answer).toEqual({ status: 'Accepted', currentTime: expect.any(String), interval: 300 });
  for (const connector of [0, 1, 2]) await bench.status(charger, 'Available', connector);
  const heartbeat = await charger.text('Heartbeat', {});
  expect(heartbeat).toMatch(/^\{"currentTime":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"\}$/);
  const query = `query ($id: ID!) { charger(id: $id) { connectivity registration vendor model firmwareVersion } }`;
  const shown = { connectivity: 'ONLINE', registration: 'ACCEPTED', vendor: 'Northwind', model: 'Depot 22' };
  await bench.shows(query, { id }, { charger: { ...shown, firmwareVersion: '1.0' } });
});

define('003', '§4.1, §4.7, §4.8, §4.9, §4.10', async (bench, id) => {
  await bench.token('PLUGIN-FIRST');
  const charger = await bench.charger(id);
  await bench.status(charger, 'Preparing');
  await authorized(charger, 'PLUGIN-FIRST');
  await charged(bench, charger, 'PLUGIN-FIRST');
});

define('004_1', '§4.1, §4.7, §4.8, §4.9, §4.10', async (bench, id) => {
  await bench.token('ID-FIRST');
  const charger = await bench.charger(id);
  await authorized(charger, 'ID-FIRST');
  await bench.status(charger, 'Preparing');
  await charged(bench, charger, 'ID-FIRST');
});

define('004_2', '§4.1, §4.9, §9.1 ConnectionTimeOut', async (bench, id) => {
  await bench.token('TIME-OUT');
  const charger = await bench.charger(id);
  await authorized(charger, 'TIME-OUT');
  await bench.status(charger, 'Preparing');
  await bench.status(charger, 'Available');
  const { sessions } = await bench.shows<{ sessions: { nodes: unknown[] } }>(
    `query ($id: ID!) { sessions(filter: { chargerId: $id }) { nodes { id } } }`,
    { id },
    {},
  );
  expect(sessions.nodes).toEqual([]);
});

define('005_1', '§4.10 EVDisconnected, §9.1 StopTransactionOnEVSideDisconnect', async (bench, id) => {
  await bench.token('UNPLUGS');
  const charger = await bench.charger(id);
  const entries = [{ key: 'StopTransactionOnEVSideDisconnect', value: 'true' }];
  const wire = '{"key":"StopTransactionOnEVSideDisconnect","value":"true"}';
  await bench.command(charger, 'setConfiguration', { entries }, { wire });
  await authorized(charger, 'UNPLUGS');
  await charged(bench, charger, 'UNPLUGS', 'EVDisconnected');
});

define('007', '§3.5.1, §4.8', async (bench, id) => {
  await bench.token('CACHED');
  // It does not ask again: what it knows from its cache is confirmed by the answer to the start.
  await charged(bench, await bench.charger(id), 'CACHED');
});

define('024', '§4.9 ConnectorLockFailure', async (bench, id) => {
  await bench.token('NO-LOCK');
  const charger = await bench.charger(id);
  await authorized(charger, 'NO-LOCK');
  await bench.status(charger, 'Preparing');
  await bench.status(charger, 'Faulted', 1, 'ConnectorLockFailure');
  await bench.status(charger, 'Available');
});
