import { Rig } from '../testing/rig';

const boot = { chargePointVendor: 'V', chargePointModel: 'M' };
const status = { connectorId: 1, errorCode: 'NoError', status: 'Available' };
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const start = (meterStart: number, timestamp = new Date().toISOString()) => ({
  connectorId: 1,
  idTag: 'TAG',
  meterStart,
  timestamp,
});

describe('chargers that misbehave in ways seen in the field work', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.open();
    await rig.start();
  });
  afterEach(async () => {
    await rig.close();
  });

  it('no BootNotification after a reconnect', async () => {
    const before = await rig.charger();
    await before.call('BootNotification', boot);
    await before.close();
    const after = await rig.charger();
    expect((await after.call('StatusNotification', status))[0]).toBe(3);
    const after2 = await rig.charger({ path: '/ocpp/CP2', protocols: ['ocpp2.0.1'] });
    const status2 = { timestamp: hoursAgo(0), connectorStatus: 'Available', evseId: 1, connectorId: 1 };
    expect((await after2.call('StatusNotification', status2))[0]).toBe(3);
  });

  it('StatusNotification before the boot response, and several CALLs at once: answered in order', async () => {
    const charger = await rig.charger();
    const calls = [
      charger.call('StatusNotification', status),
      charger.call('BootNotification', boot),
      ...Array.from({ length: 40 }, (_, n) => charger.call('StartTransaction', start(n))),
      charger.call('Heartbeat', {}),
    ];
    const order: string[] = [];
    charger.socket.on('message', (data) => order.push((JSON.parse(data.toString()) as string[])[1] as string));
    const answers = await Promise.all(calls);
    expect(answers.map(([type]) => type)).toEqual(answers.map(() => 3));
    expect(order).toEqual(answers.map(([, messageId]) => messageId));
    const started = await rig.eventsOf('TransactionReported', 40);
    expect(started.map(({ data }) => data.meterWh)).toEqual(Array.from({ length: 40 }, (_, n) => n));
  });

  it('StopTransaction as the very last frame before the socket closes', async () => {
    const charger = await rig.charger();
    for (let n = 0; n < 5; n++) charger.send([2, `s${n}`, 'StartTransaction', start(n)]);
    charger.send([2, 'last', 'StopTransaction', { transactionId: 7, meterStop: 9, timestamp: hoursAgo(0) }]);
    charger.socket.close();
    const reported = await rig.eventsOf('TransactionReported', 6);
    expect(reported[5]?.data).toMatchObject({ kind: 'Ended', transactionId: '7' });
    await rig.eventsOf('ConnectionClosed');
    expect(rig.events.at(-1)?.type).toBe('ConnectionClosed');
  });

  it('a cut line right after it, too', async () => {
    const charger = await rig.charger();
    await charger.call('Heartbeat', {});
    await new Promise<void>((resolve) => {
      const stop = [2, 'last', 'StopTransaction', { transactionId: 7, meterStop: 9, timestamp: hoursAgo(0) }];
      charger.socket.send(JSON.stringify(stop), () => resolve());
    });
    charger.socket.terminate();
    expect((await rig.eventsOf('TransactionReported'))[0]?.data).toMatchObject({ kind: 'Ended', transactionId: '7' });
  });

  it('offline replay with old timestamps, sent twice with new messageIds', async () => {
    const replay = async () => {
      const charger = await rig.charger();
      const started = await charger.call('StartTransaction', start(100, hoursAgo(50).slice(0, 13) + ':00:00Z'));
      await charger.close();
      return (started[2] as { transactionId: number }).transactionId;
    };
    const first = await replay();
    expect(await replay()).toBe(first);
    const [one, two] = await rig.eventsOf('TransactionReported', 2);
    expect(two?.id).toBe(one?.id);
    expect(one?.data).toMatchObject({ offline: true, clockImplausible: false });
    expect(Date.parse(one?.receivedAt ?? '') - Date.parse(one?.occurredAt ?? '')).toBeGreaterThan(49 * 3_600_000);
  });

  it.each([-1, 0, 123456])('a stop of transaction %i, which the server has never seen', async (transactionId) => {
    const charger = await rig.charger();
    const stop = { transactionId, meterStop: -1, timestamp: hoursAgo(0), idTag: 'X'.repeat(21) };
    expect((await charger.call('StopTransaction', stop))[2]).toEqual({ idTagInfo: { status: 'Invalid' } });
    expect((await rig.eventsOf('TransactionReported'))[0]?.data).toMatchObject({
      transactionId: String(transactionId),
    });
  });

  it('an update of a 2.x transaction the server has never seen', async () => {
    const charger = await rig.charger({ protocols: ['ocpp2.0.1'] });
    const event = {
      eventType: 'Updated',
      timestamp: hoursAgo(0),
      triggerReason: 'MeterValuePeriodic',
      seqNo: 12,
      transactionInfo: { transactionId: 'never seen' },
    };
    expect(await charger.call('TransactionEvent', event)).toEqual([3, 'm1', {}]);
  });

  it('garbage is answered or ignored, and the connection lives on', async () => {
    const charger = await rig.charger();
    for (const garbage of ['', '{}', '[', '[2]', '[9,"x",{}]', '[3,"nobody asked",{}]', 'null', '[2,"x","Nope",{}]']) {
      charger.send(garbage);
    }
    expect((await charger.call('Heartbeat', {}, 'alive'))[0]).toBe(3);
  });
});
