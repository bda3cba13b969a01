import { CallError, OcppError } from '@chargestream/ocpp';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectCharger, type ScriptedCharger } from './scripted-charger';
import { endpointAddress, UpgradeRefusedError } from './socket';
import { TestCsms } from './testing/test-csms';

describe('scripted charger', () => {
  let csms: TestCsms;
  let charger: ScriptedCharger | null = null;

  beforeEach(async () => {
    csms = new TestCsms();
    await csms.start();
  });
  afterEach(async () => {
    charger?.terminate();
    charger = null;
    await csms.kill();
  });

  it('drives a 1.6 session step by step', async () => {
    charger = await connectCharger({ url: csms.url, chargerId: 'A 1', version: '1.6' });
    expect(charger.protocol).toBe('ocpp1.6');
    expect(await charger.boot()).toMatchObject({ status: 'Accepted' });
    expect(await charger.authorize('TAG')).toEqual({ idTagInfo: { status: 'Accepted' } });
    await charger.status(1, 'Preparing');
    const { transactionId } = await charger.startTransaction({ idTag: 'TAG', meterStart: 10 });
    await charger.meterValues({
      transactionId: transactionId as number,
      registerWh: 20,
      powerW: 7_000,
      socPercent: 55,
    });
    await charger.stopTransaction({ transactionId: transactionId as number, meterStop: 30, reason: 'Local' });
    await charger.heartbeat();
    expect(csms.actions('A 1')).toEqual([
      'BootNotification',
      'Authorize',
      'StatusNotification',
      'StartTransaction',
      'MeterValues',
      'StopTransaction',
      'Heartbeat',
    ]);
    expect(csms.breaches).toEqual([]);
  });

  it.each(['2.0.1', '2.1'] as const)('drives a %s session step by step', async (version) => {
    charger = await connectCharger({ url: csms.url, chargerId: 'B', version });
    await charger.boot({ reason: 'Watchdog' });
    await charger.status(1, 'Occupied');
    await charger.transactionEvent({
      eventType: 'Started',
      transactionId: 't',
      seqNo: 0,
      idToken: 'TAG',
      registerWh: 1,
    });
    await charger.transactionEvent({
      eventType: 'Updated',
      transactionId: 't',
      seqNo: 1,
      registerWh: 2,
      powerW: 3,
      socPercent: 4,
    });
    await charger.transactionEvent({
      eventType: 'Ended',
      transactionId: 't',
      seqNo: 2,
      transactionInfo: { stoppedReason: 'Local' },
    });
    expect(csms.handled.map(({ payload }) => payload.seqNo).filter((seqNo) => seqNo !== undefined)).toEqual([0, 1, 2]);
    expect(csms.breaches).toEqual([]);
  });

  it('answers by default, as told, or with an error, and remembers what came', async () => {
    charger = await connectCharger({ url: csms.url, chargerId: 'C', version: '1.6' });
    expect(await csms.call('C', 'Reset', { type: 'Soft' })).toEqual({ status: 'Accepted' });
    charger.onCall('Reset', ({ type }) => ({ status: type === 'Hard' ? 'Rejected' : 'Accepted' }));
    expect(await csms.call('C', 'Reset', { type: 'Hard' })).toEqual({ status: 'Rejected' });
    charger.onCall('Reset', () => {
      throw new OcppError('NotSupported', 'no');
    });
    await expect(csms.call('C', 'Reset', { type: 'Hard' })).rejects.toThrow(CallError);
    expect(charger.received('Reset').map(({ payload }) => payload.type)).toEqual(['Soft', 'Hard', 'Hard']);
    expect((await charger.waitForCall('Reset')).payload).toEqual({ type: 'Soft' });
    expect((await charger.waitForCall('Reset')).payload).toEqual({ type: 'Hard' });
    const next = charger.waitForCall('ClearCache');
    await csms.call('C', 'ClearCache', {});
    expect((await next).action).toBe('ClearCache');
  });

  it('says what came instead of the call that was waited for', async () => {
    charger = await connectCharger({ url: csms.url, chargerId: 'D', version: '1.6' });
    await csms.call('D', 'ClearCache', {});
    await expect(charger.waitForCall('Reset', { timeoutMs: 5 })).rejects.toThrow(
      /No Reset came to D.*received: ClearCache/,
    );
  });

  it('sends raw text and tells how the connection ended', async () => {
    charger = await connectCharger({ url: csms.url, chargerId: 'E', version: '1.6' });
    charger.text('[2,"1","Heartbeat",{"unasked":1}]');
    await charger.heartbeat();
    expect(csms.breaches).toHaveLength(1);
    await csms.kill();
    expect((await charger.closed).code).toBe(1006);
    await expect(charger.heartbeat()).rejects.toThrow(/connection closed/);
  });

  it('tells the status of a refused upgrade, and sends credentials byte by byte', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer();
    server.on('upgrade', (request, socket) => {
      seen.push(request.url, request.headers.authorization);
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp/`;
    const password = Buffer.from([0xff, 0x00, 0x80]);
    const refusal = connectCharger({ url, chargerId: 'F/1', version: '2.1', tenant: 't', password });
    await expect(refusal).rejects.toThrow(UpgradeRefusedError);
    await expect(refusal).rejects.toMatchObject({ status: 401 });
    expect(seen[0]).toBe('/ocpp/t/F%2F1');
    expect(Buffer.from(seen[1]!.split(' ')[1]!, 'base64')).toEqual(Buffer.concat([Buffer.from('F/1:'), password]));
    await new Promise((resolve) => server.close(resolve));
  });

  it('builds addresses', () => {
    const endpoint = { chargerId: 'Ä b', version: '1.6' } as const;
    expect(endpointAddress({ ...endpoint, url: 'ws://h/ocpp' })).toBe('ws://h/ocpp/%C3%84%20b');
    expect(endpointAddress({ ...endpoint, url: 'ws://h/ocpp//', tenant: 'x' })).toBe('ws://h/ocpp/x/%C3%84%20b');
  });
});
