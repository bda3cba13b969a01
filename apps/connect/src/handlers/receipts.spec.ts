import { BusUnavailableError } from '@chargestream/event-bus';
import { Health, Metrics } from '@chargestream/service-kit';
import { Rig } from '../testing/rig';

const boot16 = { chargePointVendor: 'V', chargePointModel: 'M' };
const start = (meterStart = 0) => ({
  connectorId: 1,
  idTag: 'TAG',
  meterStart,
  timestamp: new Date().toISOString(),
});

describe('a charging session', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.open();
    await rig.token({ idToken: 'tag', groupId: 'family' });
  });
  afterEach(async () => {
    await rig.close();
  });

  it('over 1.6, from boot to stop', async () => {
    await rig.start();
    const charger = await rig.charger();
    expect((await charger.call('BootNotification', boot16))[2]).toMatchObject({ status: 'Accepted', interval: 300 });
    await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' });
    const authorized = await charger.call('Authorize', { idTag: 'TAG' });
    expect(authorized[2]).toEqual({ idTagInfo: { parentIdTag: 'family', status: 'Accepted' } });
    const started = await charger.call('StartTransaction', start());
    const { transactionId } = started[2] as { transactionId: number };
    const timestamp = new Date().toISOString();
    const meterValue = [{ timestamp, sampledValue: [{ value: '1.5', unit: 'kWh' }] }];
    expect(await charger.call('MeterValues', { connectorId: 1, transactionId, meterValue })).toEqual([3, 'm5', {}]);
    expect(await charger.call('StopTransaction', { transactionId, meterStop: 1500, timestamp })).toEqual([3, 'm6', {}]);
    expect(await charger.call('Heartbeat', {})).toEqual([3, 'm7', { currentTime: expect.stringMatching(/Z$/) }]);
    await rig.eventsOf('ChargerSeen');
    expect(rig.events.map(({ type }) => type)).toEqual([
      'ConnectionOpened',
      'ChargerBooted',
      'ConnectorStatusReported',
      'IdTokenPresented',
      'TransactionReported',
      'MeterValuesReported',
      'TransactionReported',
      'ChargerSeen',
    ]);
    const epoch = rig.connections[0]?.offset;
    expect(
      rig.events.every(({ connectionEpoch, ocppVersion }) => connectionEpoch === epoch && ocppVersion === '1.6'),
    ).toBe(true);
    expect(rig.events[4]).toMatchObject({
      ocppMessageId: 'm4',
      data: { kind: 'Started', authorizationStatus: 'Accepted' },
    });
  });

  it.each(['ocpp2.0.1', 'ocpp2.1'])('over %s', async (protocol) => {
    await rig.start();
    const charger = await rig.charger({ protocols: [protocol] });
    const boot = await charger.call('BootNotification', {
      reason: 'PowerUp',
      chargingStation: { vendorName: 'V', model: 'M' },
    });
    expect(boot[2]).toMatchObject({ status: 'Accepted' });
    const event = (eventType: string, seqNo: number, more: object = {}) => ({
      eventType,
      timestamp: new Date().toISOString(),
      triggerReason: 'Authorized',
      seqNo,
      transactionInfo: { transactionId: 'tx' },
      ...more,
    });
    const idToken = { idToken: 'TAG', type: 'ISO14443' };
    const started = await charger.call('TransactionEvent', event('Started', 0, { idToken, evse: { id: 1 } }));
    expect(started[2]).toMatchObject({ idTokenInfo: { status: 'Accepted' } });
    expect((await charger.call('TransactionEvent', event('Ended', 1)))[2]).toEqual({});
    expect(await rig.eventsOf('TransactionReported', 2)).toMatchObject([
      { data: { kind: 'Started', seqNo: 0, evseId: 1 } },
      { data: { kind: 'Ended', seqNo: 1 } },
    ]);
  });

  it('is counted, by action and outcome; invented actions count as one', async () => {
    const metrics = new Metrics();
    const health = new Health();
    await rig.start({}, { metrics, health });
    const charger = await rig.charger();
    await charger.call('Heartbeat', {});
    await charger.call('BootNotification', boot16);
    const newer = await rig.charger({ path: '/ocpp/CP2', protocols: ['ocpp2.0.1'] });
    await newer.call('ClearedChargingLimit', { chargingLimitSource: 'EMS' });
    const { body } = await metrics.exposition();
    expect(body).toContain('chargestream_ocpp_receipt_seconds_count{action="BootNotification"} 1');
    expect(body).toContain('chargestream_ocpp_messages_total{action="Heartbeat",outcome="answered"} 1');
    expect(body).toContain('chargestream_ocpp_messages_total{action="BootNotification",outcome="answered"} 1');
    expect(body).toContain('chargestream_ocpp_messages_total{action="other",outcome="NotImplemented"} 1');
    expect(body).toContain('chargestream_ocpp_connections{version="1.6"} 1');
    expect(await health.report()).toEqual({ ready: true, checks: { ocpp: 'ok' } });
    rig.bus.fail();
    expect((await health.report()).ready).toBe(false);
    rig.bus.recover();
  });

  it('answers NotImplemented to what has no handler yet, NotSupported to what a charger has no business to send', async () => {
    await rig.start();
    const newer = await rig.charger({ protocols: ['ocpp2.0.1'] });
    const unhandled = await newer.call('ClearedChargingLimit', { chargingLimitSource: 'EMS' });
    expect(unhandled.slice(0, 3)).toEqual([4, 'm1', 'NotImplemented']);
    const charger = await rig.charger();
    const backwards = await charger.call('Reset', { type: 'Soft' });
    expect(backwards.slice(0, 3)).toEqual([4, 'm1', 'NotSupported']);
  });

  it('keeps every frame in both directions, without secrets, and lists deviations', async () => {
    const { runtime } = await rig.start();
    const charger = await rig.charger();
    await charger.call('DataTransfer', { vendorId: 'v', data: '{"password":"hunter2"}' });
    await charger.call('BootNotification', { ...boot16, iccid: null });
    await runtime.messageLog.flush();
    await rig.until(() => rig.messages.length === 4);
    expect(rig.messages.map(({ direction, messageType, action }) => [direction, messageType, action])).toEqual([
      ['IN', 'CALL', 'DataTransfer'],
      ['OUT', 'CALLRESULT', 'DataTransfer'],
      ['IN', 'CALL', 'BootNotification'],
      ['OUT', 'CALLRESULT', 'BootNotification'],
    ]);
    expect(rig.messages[0]?.raw).not.toContain('hunter2');
    expect(rig.messages[2]?.deviations).not.toEqual([]);
    expect(rig.messages[2]?.valid).toBe(false);
    expect(rig.messages[3]?.messageId).toBe('m2');
  });
});

describe('registration', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.open();
  });
  afterEach(async () => {
    await rig.close();
  });
  const status = { timestamp: new Date().toISOString(), connectorStatus: 'Available', evseId: 1, connectorId: 1 };
  const transaction = {
    eventType: 'Updated',
    timestamp: new Date().toISOString(),
    triggerReason: 'ChargingStateChanged',
    seqNo: 1,
    transactionInfo: { transactionId: 'tx' },
  };

  it.each(['PENDING', 'REJECTED'] as const)(
    '%s on 2.x: SecurityError, but never for a transaction',
    async (registration) => {
      await rig.register({ chargerId: 'CP1', registration });
      await rig.start();
      const charger = await rig.charger({ protocols: ['ocpp2.0.1'] });
      expect((await charger.call('StatusNotification', status))[2]).toBe('SecurityError');
      expect((await charger.call('TransactionEvent', transaction))[0]).toBe(3);
      const report = { requestId: 1, seqNo: 0, generatedAt: new Date().toISOString() };
      expect((await charger.call('NotifyReport', report))[0]).toBe(registration === 'PENDING' ? 3 : 4);
    },
  );

  it('PENDING on 2.x: what the charger was asked for is let through', async () => {
    await rig.register({ chargerId: 'CP1', registration: 'PENDING' });
    await rig.start();
    const charger = await rig.charger({ protocols: ['ocpp2.0.1'] });
    const [opened] = await rig.eventsOf('ConnectionOpened');
    const command = {
      kind: 'TRIGGER_MESSAGE',
      requestedMessage: 'StatusNotification',
      evseId: null,
      connectorId: null,
    } as const;
    await rig.command({ commandId: 'c-1', epoch: opened?.connectionEpoch ?? -1, command });
    const { messageId } = await charger.called('TriggerMessage');
    charger.send([3, messageId, { status: 'Accepted' }]);
    expect((await charger.call('StatusNotification', status))[0]).toBe(3);
  });

  it('PENDING on 1.6: everything is answered, nobody is authorised', async () => {
    await rig.register({ chargerId: 'CP1', registration: 'PENDING' });
    await rig.token({ idToken: 'TAG' });
    await rig.start();
    const charger = await rig.charger();
    expect((await charger.call('BootNotification', boot16))[2]).toMatchObject({ status: 'Pending', interval: 60 });
    expect((await charger.call('Authorize', { idTag: 'TAG' }))[2]).toEqual({ idTagInfo: { status: 'Invalid' } });
    expect((await charger.call('StartTransaction', start()))[0]).toBe(3);
  });
});

describe('a receipt', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.open();
  });
  afterEach(async () => {
    await rig.close();
  });

  it('is not given when one publish fails, though the bus seems well', async () => {
    await rig.start();
    const charger = await rig.charger();
    await rig.eventsOf('ConnectionOpened');
    const answers: unknown[] = [];
    charger.socket.on('message', (data) => answers.push(data.toString()));
    jest.spyOn(rig.bus, 'publish').mockRejectedValueOnce(new BusUnavailableError('the disk is full'));
    charger.send([2, '1', 'StartTransaction', start()]);
    expect((await charger.closed).code).toBe(1013);
    expect(answers).toEqual([]);
    const back = await dialUntilIn(rig);
    expect((await back.call('StartTransaction', start()))[0]).toBe(3);
  });

  it('is not given when the bus is away: sockets close with 1013, upgrades get 503, and it recovers', async () => {
    await rig.start();
    const charger = await rig.charger();
    const other = await rig.charger({ path: '/ocpp/CP2' });
    await rig.eventsOf('ConnectionOpened', 2);
    const answers: unknown[] = [];
    charger.socket.on('message', (data) => answers.push(data.toString()));
    rig.bus.fail();
    charger.send([2, '1', 'StartTransaction', start()]);
    expect((await charger.closed).code).toBe(1013);
    expect((await other.closed).code).toBe(1013);
    expect(answers).toEqual([]);
    const refused = await rig.dial();
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
    rig.bus.recover();
    // What happened meanwhile is put on record before anybody is let in.
    expect((await rig.eventsOf('ConnectionClosed', 2)).map(({ data }) => data.closeCode)).toEqual([1013, 1013]);
    const back = await dialUntilIn(rig);
    expect((await back.call('StartTransaction', start()))[0]).toBe(3);
    expect(await rig.eventsOf('TransactionReported')).toHaveLength(1);
  });
});

/** Refusals while it recovers are fine; each attempt waits for an answer. */
async function dialUntilIn(rig: Rig) {
  for (;;) {
    const answer = await rig.dial();
    if ('frames' in answer) return answer;
    expect(answer.status).toBe(503);
  }
}
