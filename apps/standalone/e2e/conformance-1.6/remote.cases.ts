import { casesIn } from './cases';
import { start, stop } from './charging.cases';
import type { Bench } from './bench';
import type { Payload } from './wire-charger';

const { cases, define } = casesIn('remote.cases.ts');
export const remoteCases = cases;

const noSession = async (bench: Bench, id: string) => {
  const query = `query ($id: ID!) { sessions(filter: { chargerId: $id }) { nodes { id } } }`;
  const { sessions } = await bench.system.graphql.query<{ sessions: { nodes: unknown[] } }>(query, { id });
  expect(sessions.nodes).toEqual([]);
};

function remoteStart(number: string, requirements: string, course: 'plugged' | 'remote first' | 'time out'): void {
  define(number, requirements, async (bench, id) => {
    await bench.token('REMOTE');
    const charger = await bench.charger(id);
    if (course === 'plugged') await bench.status(charger, 'Preparing');
    const input = { evseId: 1, idToken: 'REMOTE' };
    await bench.command(charger, 'startCharging', input, { wire: '{"connectorId":1,"idTag":"REMOTE"}' });
    if (course !== 'plugged') await bench.status(charger, 'Preparing');
    if (course === 'time out') {
      await bench.status(charger, 'Available');
      return noSession(bench, id);
    }
    // §5.11: AuthorizeRemoteTxRequests makes it ask first.
    expect(await charger.text('Authorize', { idTag: 'REMOTE' })).toBe('{"idTagInfo":{"status":"Accepted"}}');
    const transactionId = await start(charger, 'REMOTE');
    await bench.status(charger, 'Charging');
    await bench.sessions(id, [{ transactionId: String(transactionId), state: 'ACTIVE', idToken: 'REMOTE' }]);
  });
}

remoteStart('010', '§5.11, §4.8', 'plugged');
remoteStart('011_1', '§5.11, §4.8', 'remote first');
remoteStart('011_2', '§5.11, §9.1 ConnectionTimeOut', 'time out');

define('012', '§5.12, §4.10 Remote', async (bench, id) => {
  await bench.token('REMOTE');
  const charger = await bench.charger(id);
  const transactionId = await start(charger, 'REMOTE');
  await bench.sessions(id, [{ state: 'ACTIVE' }]);
  const wire = `{"transactionId":${transactionId}}`;
  await bench.command(charger, 'stopCharging', { transactionId: String(transactionId) }, { wire });
  expect(await stop(charger, transactionId, { reason: 'Remote' })).toBe('{}');
  await bench.status(charger, 'Available');
  await bench.sessions(id, [{ state: 'ENDED', stopReason: 'Remote', energyWh: 1000 }]);
});

define('026', '§5.11 Rejected', async (bench, id) => {
  const charger = await bench.charger(id);
  const answer = { status: 'Rejected' };
  const wire = '{"connectorId":1,"idTag":"REMOTE"}';
  const input = { evseId: 1, idToken: 'REMOTE' };
  await bench.command(charger, 'startCharging', input, { wire, answer, state: 'REJECTED' });
  await noSession(bench, id);
});

define('028', '§5.12 Rejected', async (bench, id) => {
  await bench.token('REMOTE');
  const charger = await bench.charger(id);
  const running = await start(charger, 'REMOTE');
  const unknown = running === 1 ? 2 : 1;
  const answer = { status: 'Rejected' };
  const wire = `{"transactionId":${unknown}}`;
  await bench.command(charger, 'stopCharging', { transactionId: String(unknown) }, { wire, answer, state: 'REJECTED' });
  await bench.sessions(id, [{ transactionId: String(running), state: 'ACTIVE' }]);
});

function reset(number: string, type: string, word: string): void {
  define(number, `§5.14 ${word}, §4.10 ${word}Reset`, async (bench, id) => {
    await bench.token('REMOTE');
    const charger = await bench.charger(id);
    const transactionId = await start(charger, 'REMOTE');
    await bench.command(charger, 'resetCharger', { type }, { wire: `{"type":"${word}"}` });
    if (word === 'Soft') await stop(charger, transactionId, { reason: 'SoftReset' });
    await charger.close();
    const again = await bench.charger(id);
    if (word === 'Hard') await stop(again, transactionId, { reason: 'HardReset' });
    await bench.sessions(id, [{ state: 'ENDED', stopReason: `${word}Reset`, transactionId: String(transactionId) }]);
    const query = `query ($id: ID!) { charger(id: $id) { connectivity registration } }`;
    await bench.shows(query, { id }, { charger: { connectivity: 'ONLINE', registration: 'ACCEPTED' } });
  });
}

reset('013', 'IMMEDIATE', 'Hard');
reset('014', 'ON_IDLE', 'Soft');

function unlock(number: string, status: string, { connector = 1, charging = false } = {}): void {
  define(number, `§5.18 ${status}${charging ? ', §4.10 UnlockCommand' : ''}`, async (bench, id) => {
    await bench.token('REMOTE');
    const charger = await bench.charger(id);
    const transactionId = charging ? await start(charger, 'REMOTE') : null;
    const state = status === 'Unlocked' ? 'ACCEPTED' : 'REJECTED';
    const wire = `{"connectorId":${connector}}`;
    await bench.command(charger, 'unlockConnector', { evseId: connector }, { wire, answer: { status }, state });
    if (transactionId === null) return noSession(bench, id);
    await stop(charger, transactionId, { reason: 'UnlockCommand' });
    await bench.sessions(id, [{ state: 'ENDED', stopReason: 'UnlockCommand' }]);
  });
}

unlock('017_1', 'Unlocked');
unlock('017_2', 'NotSupported');
unlock('018_1', 'Unlocked', { charging: true });
unlock('030', 'UnlockFailed');
unlock('031', 'NotSupported', { connector: 9 });

const TRIGGERED: Record<string, Payload> = {
  MeterValues: {
    connectorId: 1,
    meterValue: [{ timestamp: '2026-01-05T10:00:00Z', sampledValue: [{ value: '1234', context: 'Trigger' }] }],
  },
  Heartbeat: {},
  StatusNotification: { connectorId: 1, errorCode: 'NoError', status: 'Preparing' },
  DiagnosticsStatusNotification: { status: 'Idle' },
  FirmwareStatusNotification: { status: 'Idle' },
  BootNotification: { chargePointVendor: 'Northwind', chargePointModel: 'Triggered 22' },
};

define('054', '§5.17, §4.7, §4.9', async (bench, id) => {
  const charger = await bench.charger(id);
  const following: Promise<Payload>[] = [];
  /** §5.17: it answers first, and sends what it was asked for then. */
  charger.answer('TriggerMessage', ({ requestedMessage }) => {
    const action = requestedMessage as string;
    setImmediate(() => following.push(charger.call(action, TRIGGERED[action] as Payload)));
    return { status: 'Accepted' };
  });
  for (const [requestedMessage, payload] of Object.entries(TRIGGERED)) {
    const wire = JSON.stringify({ requestedMessage });
    await bench.command(charger, 'triggerMessage', { requestedMessage }, { wire });
    await bench.logged(id, requestedMessage, payload);
  }
  expect(await Promise.all(following)).toEqual([
    ...[{}, { currentTime: expect.any(String) }, {}, {}, {}],
    { status: 'Accepted', currentTime: expect.any(String), interval: 300 },
  ]);
  const query = `query ($id: ID!) { charger(id: $id) { model connectors { status } } }`;
  await bench.shows(query, { id }, { charger: { model: 'Triggered 22', connectors: [{ status: 'Preparing' }] } });
  const input = { requestedMessage: 'StatusNotification', evseId: 1 };
  const wire = '{"requestedMessage":"StatusNotification","connectorId":1}';
  await bench.command(charger, 'triggerMessage', input, { wire });
});

define('055', '§5.17 Rejected', async (bench, id) => {
  const charger = await bench.charger(id);
  const [wire, answer] = ['{"requestedMessage":"MeterValues"}', { status: 'Rejected' }];
  const input = { requestedMessage: 'MeterValues' };
  await bench.command(charger, 'triggerMessage', input, { wire, answer, state: 'REJECTED' });
});

define('061', '§5.4', async (bench, id) => {
  await bench.command(await bench.charger(id), 'clearCache', {}, { wire: '{}' });
});

define('064', '§4.3', async (bench, id) => {
  const charger = await bench.charger(id);
  const request = { vendorId: 'org.example.unknown', messageId: 'm', data: 'd' };
  expect(await charger.text('DataTransfer', request)).toBe('{"status":"UnknownVendorId"}');
  const query = `query ($id: ID!) { ocppMessages(chargerId: $id, filter: { action: "DataTransfer", direction: IN }) {
    nodes { messageType valid raw } } }`;
  await bench.shows(query, { id }, { ocppMessages: { nodes: [{ messageType: 'CALL', valid: true }] } });
});
