import type { ChargerCommand } from '@chargestream/contracts';
import { Metrics } from '@chargestream/service-kit';
import { Rig } from '../testing/rig';
import type { TestCharger } from '../testing/test-charger';
import { outcomeOf } from './outcome';

const remoteStart: ChargerCommand = {
  kind: 'START_CHARGING',
  evseId: 1,
  connectorId: null,
  idToken: 'TAG',
  idTokenType: 'Central',
  remoteStartId: 5,
  chargingProfile: null,
};

describe('a command', () => {
  let rig: Rig;
  let charger: TestCharger;
  let epoch: number;
  const setUp = async (protocols = ['ocpp1.6'], settings = {}) => {
    rig = await Rig.open();
    await rig.start(settings);
    charger = await rig.charger({ protocols });
    epoch = (await rig.eventsOf('ConnectionOpened'))[0]?.connectionEpoch ?? -1;
  };
  afterEach(async () => {
    await rig.close();
  });
  const finished = async (count = 1) => (await rig.eventsOf('CommandFinished', count)).map(({ data }) => data);

  it.each([
    ['Accepted', 'ACCEPTED'],
    ['Rejected', 'REJECTED'],
  ])('is sent and ends by the answer %s', async (status, outcome) => {
    await setUp();
    await rig.command({ commandId: 'c-1', epoch, command: remoteStart });
    const { messageId, payload } = await charger.called('RemoteStartTransaction');
    expect(payload).toEqual({ connectorId: 1, idTag: 'TAG' });
    expect((await rig.eventsOf('CommandSent'))[0]).toMatchObject({
      correlationId: 'c-1',
      data: { commandId: 'c-1', ocppAction: 'RemoteStartTransaction', payload },
    });
    charger.send([3, messageId, { status }]);
    expect(await finished()).toEqual([
      { commandId: 'c-1', outcome, ocppAction: 'RemoteStartTransaction', response: { status }, error: null },
    ]);
  });

  it('on 2.x is said in the words of 2.x', async () => {
    await setUp(['ocpp2.1']);
    await rig.command({ commandId: 'c-1', epoch, command: remoteStart });
    const { messageId, payload } = await charger.called('RequestStartTransaction');
    expect(payload).toEqual({ evseId: 1, idToken: { idToken: 'TAG', type: 'Central' }, remoteStartId: 5 });
    charger.send([3, messageId, { status: 'Accepted', transactionId: 'tx' }]);
    expect(await finished()).toMatchObject([{ outcome: 'ACCEPTED', response: { transactionId: 'tx' } }]);
  });

  it('waits for the one before it: one outstanding CALL per charger, in order', async () => {
    await setUp();
    const reset: ChargerCommand = { kind: 'RESET_CHARGER', type: 'ON_IDLE', evseId: null };
    await rig.command({ commandId: 'c-1', epoch, command: { kind: 'CLEAR_CACHE' } });
    await rig.command({ commandId: 'c-2', epoch, command: reset });
    const first = await charger.called('ClearCache');
    await charger.call('Heartbeat', {}); // the other direction goes on
    expect(charger.frames).toEqual([]);
    charger.send([3, first.messageId, { status: 'Accepted' }]);
    charger.send([3, (await charger.called('Reset')).messageId, { status: 'Accepted' }]);
    expect((await finished(2)).map(({ commandId }) => commandId)).toEqual(['c-1', 'c-2']);
  });

  it('for another connection is given back', async () => {
    await setUp();
    await rig.command({ commandId: 'c-1', epoch: epoch + 1000, command: remoteStart });
    await rig.command({ commandId: 'c-2', epoch, chargerId: 'away', command: remoteStart });
    const given = await rig.eventsOf('CommandNotOwned', 2);
    expect(given.map(({ data }) => data)).toEqual([
      { commandId: 'c-1', instanceId: 'connect-1', epoch: epoch + 1000 },
      { commandId: 'c-2', instanceId: 'connect-1', epoch },
    ]);
    expect(charger.frames).toEqual([]);
  });

  it('that expired is not sent', async () => {
    await setUp();
    await rig.command({ commandId: 'c-1', epoch, command: remoteStart, expiresAt: '2026-01-01T00:00:00Z' });
    expect(await finished()).toMatchObject([{ outcome: 'EXPIRED', error: { code: 'Expired' } }]);
    expect(rig.events.some(({ type }) => type === 'CommandSent')).toBe(false);
  });

  it('that its version cannot say fails with a sentence', async () => {
    await setUp();
    const command: ChargerCommand = { kind: 'STOP_CHARGING', sessionId: null, transactionId: 'abc' };
    await rig.command({ commandId: 'c-1', epoch, command });
    const error = { code: 'NotTranslatable', message: expect.stringContaining('1.6') };
    expect(await finished()).toMatchObject([{ outcome: 'FAILED', error }]);
  });

  it('with a payload against the schema fails, naming path and rule', async () => {
    await setUp();
    const payload = { connectorId: 'one', type: 'Operative' };
    await rig.command({
      commandId: 'c-1',
      epoch,
      command: { kind: 'CALL_CHARGER', action: 'ChangeAvailability', payload },
    });
    const [{ outcome, error } = {}] = await finished();
    expect([outcome, error?.code]).toEqual(['FAILED', 'InvalidPayload']);
    expect(error?.message).toMatch(/connectorId.*type/);
    expect(charger.frames).toEqual([]);
  });

  it('answered by a CALLERROR failed with its code', async () => {
    await setUp();
    await rig.command({ commandId: 'c-1', epoch, command: { kind: 'CLEAR_CACHE' } });
    charger.send([4, (await charger.called('ClearCache')).messageId, 'NotSupported', 'no cache here', {}]);
    const error = { code: 'NotSupported', message: 'no cache here' };
    expect(await finished()).toMatchObject([{ outcome: 'FAILED', error }]);
  });

  it('is counted, by action and outcome', async () => {
    const metrics = new Metrics();
    rig = await Rig.open();
    await rig.start({}, { metrics });
    charger = await rig.charger();
    epoch = (await rig.eventsOf('ConnectionOpened'))[0]?.connectionEpoch ?? -1;
    await rig.command({ commandId: 'c-1', epoch, command: { kind: 'CLEAR_CACHE' } });
    charger.send([3, (await charger.called('ClearCache')).messageId, { status: 'Accepted' }]);
    await rig.command({ commandId: 'c-2', epoch, command: { kind: 'CLEAR_CACHE' } });
    charger.send([4, (await charger.called('ClearCache')).messageId, 'AnInventedCode', '', {}]);
    await finished(2);
    const { body } = await metrics.exposition();
    expect(body).toContain('chargestream_ocpp_calls_sent_total{action="ClearCache",outcome="answered"} 1');
    expect(body).toContain('chargestream_ocpp_calls_sent_total{action="ClearCache",outcome="error"} 1');
    expect(body).toContain('chargestream_ocpp_call_seconds_count{action="ClearCache"} 1');
    expect(body).not.toContain('AnInventedCode');
  });

  it('that is not answered times out', async () => {
    await setUp(['ocpp1.6'], { ocppCallTimeoutMs: 100 });
    await rig.command({ commandId: 'c-1', epoch, command: { kind: 'CLEAR_CACHE' } });
    expect(await finished()).toMatchObject([{ outcome: 'TIMED_OUT', error: { code: 'TimedOut' } }]);
  });

  it('in the middle of which the socket closes has an unknown outcome; what waited is given back', async () => {
    await setUp();
    await rig.command({ commandId: 'c-1', epoch, command: remoteStart });
    await rig.command({ commandId: 'c-2', epoch, command: { kind: 'CLEAR_CACHE' } });
    await charger.called('RemoteStartTransaction');
    charger.socket.terminate();
    expect(await finished()).toMatchObject([{ commandId: 'c-1', outcome: 'UNKNOWN', error: { code: 'SocketClosed' } }]);
    expect((await rig.eventsOf('CommandNotOwned'))[0]?.data).toMatchObject({ commandId: 'c-2', epoch });
  });

  it('is sent once though it is delivered twice', async () => {
    await setUp();
    for (let n = 0; n < 2; n++) await rig.command({ commandId: 'c-1', epoch, command: { kind: 'CLEAR_CACHE' } });
    await rig.command({ commandId: 'c-2', epoch, command: { kind: 'CLEAR_CACHE' } });
    charger.send([3, (await charger.called('ClearCache')).messageId, { status: 'Accepted' }]);
    charger.send([3, (await charger.called('ClearCache')).messageId, { status: 'Accepted' }]);
    expect((await finished(2)).map(({ commandId }) => commandId)).toEqual(['c-1', 'c-2']);
  });

  it('to a rejected charger is not sent', async () => {
    rig = await Rig.open();
    await rig.register({ chargerId: 'CP1', registration: 'REJECTED' });
    await rig.start();
    charger = await rig.charger();
    epoch = (await rig.eventsOf('ConnectionOpened'))[0]?.connectionEpoch ?? -1;
    await rig.command({ commandId: 'c-1', epoch, command: { kind: 'CLEAR_CACHE' } });
    expect(await finished()).toMatchObject([{ outcome: 'FAILED', error: { code: 'NotAccepted' } }]);
  });

  it.each([
    ['ocpp1.6', 'RemoteStartTransaction'],
    ['ocpp2.0.1', 'RequestStartTransaction'],
    ['ocpp2.1', 'RequestStartTransaction'],
  ])('over %s: a pending charger is sent no %s, but other commands', async (protocol, action) => {
    rig = await Rig.open();
    await rig.register({ chargerId: 'CP1', registration: 'PENDING' });
    await rig.start();
    charger = await rig.charger({ protocols: [protocol] });
    epoch = (await rig.eventsOf('ConnectionOpened'))[0]?.connectionEpoch ?? -1;
    await rig.command({ commandId: 'c-1', epoch, command: remoteStart });
    await rig.command({ commandId: 'c-2', epoch, command: { kind: 'CLEAR_CACHE' } });
    charger.send([3, (await charger.called('ClearCache')).messageId, { status: 'Accepted' }]);
    const message = `${action} is not allowed while the registration of the charger is pending; accept it first.`;
    expect(await finished(2)).toMatchObject([
      { commandId: 'c-1', outcome: 'FAILED', error: { code: 'NotAccepted', message } },
      { commandId: 'c-2', outcome: 'ACCEPTED' },
    ]);
    expect(charger.frames).toEqual([]);
  });

  it('GET_CONFIGURATION on 1.6 reports the configuration', async () => {
    await setUp();
    await rig.command({ commandId: 'c-1', epoch, command: { kind: 'GET_CONFIGURATION', keys: [], variables: [] } });
    const configurationKey = [
      { key: 'HeartbeatInterval', readonly: false, value: '300' },
      { key: 'AuthorizationKey', readonly: false, value: 'hunter2hunter2' },
    ];
    charger.send([3, (await charger.called('GetConfiguration')).messageId, { configurationKey, unknownKey: ['X'] }]);
    const [report] = await rig.eventsOf('ConfigurationReported');
    expect(report?.data).toEqual({
      keys: [
        { key: 'HeartbeatInterval', value: '300', readonly: false },
        { key: 'AuthorizationKey', value: null, readonly: false },
      ],
      unknownKeys: ['X'],
      complete: true,
    });
    await finished();
    expect(JSON.stringify(rig.events)).not.toContain('hunter2');
  });

  it('SET_CONFIGURATION of several keys on 1.6 is several CALLs and one response', async () => {
    await setUp();
    const entries = [
      { key: 'A', value: '1' },
      { key: 'AuthorizationKey', value: 'hunter2hunter2' },
    ];
    await rig.command({ commandId: 'c-1', epoch, command: { kind: 'SET_CONFIGURATION', entries } });
    charger.send([3, (await charger.called('ChangeConfiguration')).messageId, { status: 'Accepted' }]);
    const second = await charger.called('ChangeConfiguration');
    expect(second.payload).toEqual(entries[1]); // what goes to the charger is whole
    charger.send([3, second.messageId, { status: 'RebootRequired' }]);
    expect(await finished()).toMatchObject([
      {
        outcome: 'ACCEPTED',
        response: {
          results: [
            { key: 'A', status: 'Accepted' },
            { key: 'AuthorizationKey', status: 'RebootRequired' },
          ],
        },
      },
    ]);
    expect((await rig.eventsOf('ConfigurationReported'))[0]?.data.keys).toEqual([
      { key: 'A', value: '1', readonly: false },
      { key: 'AuthorizationKey', value: null, readonly: false },
    ]);
    expect(JSON.stringify(rig.events)).not.toContain('hunter2');
  });

  it('SET_CONFIGURATION on 2.x reports what was accepted', async () => {
    await setUp(['ocpp2.0.1']);
    const entries = [
      { component: 'OCPPCommCtrlr', variable: 'HeartbeatInterval', value: '60' },
      { key: 'ClockCtrlr.TimeZone', value: 'CET' },
    ];
    await rig.command({ commandId: 'c-1', epoch, command: { kind: 'SET_CONFIGURATION', entries } });
    const { messageId } = await charger.called('SetVariables');
    const setVariableResult = [
      { attributeStatus: 'Accepted', component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } },
      { attributeStatus: 'UnknownVariable', component: { name: 'ClockCtrlr' }, variable: { name: 'TimeZone' } },
    ];
    charger.send([3, messageId, { setVariableResult }]);
    expect(await finished()).toMatchObject([{ outcome: 'REJECTED' }]);
    expect((await rig.eventsOf('VariablesReported'))[0]?.data).toMatchObject({
      requestId: null,
      variables: [{ component: 'OCPPCommCtrlr', variable: 'HeartbeatInterval', value: '60', attributeType: 'Actual' }],
    });
  });

  it.each([
    ['ocpp1.6', { listVersion: -1 }, -1],
    ['ocpp2.0.1', { versionNumber: 7 }, 7],
  ])('GetLocalListVersion at %s reports the version, whoever asked', async (protocol, response, version) => {
    await setUp([protocol]);
    const command = { kind: 'CALL_CHARGER' as const, action: 'GetLocalListVersion', payload: {} };
    await rig.command({ commandId: 'c-1', epoch, command });
    charger.send([3, (await charger.called('GetLocalListVersion')).messageId, response]);
    expect(await finished()).toMatchObject([{ outcome: 'ACCEPTED', response }]);
    expect((await rig.eventsOf('LocalListVersionReported'))[0]?.data).toEqual({ version });
  });

  it('is named in the message log, both ways', async () => {
    await setUp();
    await rig.command({ commandId: 'c-1', epoch, command: { kind: 'CLEAR_CACHE' } });
    charger.send([3, (await charger.called('ClearCache')).messageId, { status: 'Accepted' }]);
    await rig.until(() => rig.messages.length === 2);
    expect(
      rig.messages.map(({ direction, messageType, action, commandId }) => [direction, messageType, action, commandId]),
    ).toEqual([
      ['OUT', 'CALL', 'ClearCache', 'c-1'],
      ['IN', 'CALLRESULT', 'ClearCache', 'c-1'],
    ]);
  });
});

describe('the outcome of a response', () => {
  it.each([
    [{ status: 'Accepted' }, 'ACCEPTED'],
    [{ status: 'Scheduled' }, 'ACCEPTED'],
    [{ status: 'RebootRequired' }, 'ACCEPTED'],
    [{ status: 'Unlocked' }, 'ACCEPTED'],
    [{ status: 'UnlockFailed' }, 'REJECTED'],
    [{ status: 'NotSupported' }, 'REJECTED'],
    [{ status: 'UnknownVendorId' }, 'REJECTED'],
    [{}, 'ACCEPTED'],
    [{ listVersion: 3 }, 'ACCEPTED'],
    [{ getVariableResult: [{ attributeStatus: 'Accepted' }, { attributeStatus: 'Rejected' }] }, 'REJECTED'],
    [{ clearMonitoringResult: [{ status: 'Accepted' }] }, 'ACCEPTED'],
  ])('%j is %s', (response, outcome) => {
    expect(outcomeOf(response)).toBe(outcome);
  });
});
