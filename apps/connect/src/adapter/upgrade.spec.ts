import { once } from 'node:events';
import { request } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { hashPassword } from '@chargestream/service-kit';
import { Rig } from '../testing/rig';
import { TestCharger, type Refused } from '../testing/test-charger';

describe('an upgrade', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.open();
  });
  afterEach(async () => {
    await rig.close();
  });
  const refused = async (as: Parameters<Rig['dial']>[0]): Promise<Refused> => {
    const answer = await rig.dial(as);
    if (answer instanceof TestCharger) throw new Error('it was let in');
    return answer;
  };

  it.each([
    ['/ocpp/CP1', ['ocpp1.6'], 'ocpp1.6', 'default', '1.6'],
    ['/ocpp/acme/CP1', ['ocpp2.0.1', 'ocpp1.6'], 'ocpp2.0.1', 'acme', '2.0.1'],
    ['/ocpp/CP1', ['ocpp9', 'ocpp2.1', 'ocpp2.0.1'], 'ocpp2.1', 'default', '2.1'],
  ])('to %s offering %j speaks %s', async (path, protocols, protocol, tenantId, ocppVersion) => {
    await rig.start();
    const charger = await rig.charger({ path, protocols });
    expect(charger.socket.protocol).toBe(protocol);
    const [opened] = await rig.eventsOf('ConnectionOpened');
    expect(opened).toMatchObject({ tenantId, chargerId: 'CP1', ocppVersion, data: { instanceId: 'connect-1' } });
    await rig.until(() => rig.connections.length === 1);
    expect(rig.connections[0]).toMatchObject({
      offset: opened?.connectionEpoch,
      entry: { state: 'open', tenantId, chargerId: 'CP1', connectionId: opened?.data.connectionId },
    });
  });

  it.each([
    ['no subprotocol', { protocols: [] }, 400],
    ['none of ours', { protocols: ['ocpp1.5', 'mqtt'] }, 400],
    ['bad percent-encoding', { path: '/ocpp/%E0%A4%A' }, 400],
    ['NUL', { path: '/ocpp/a%00b' }, 400],
    ['a control character', { path: '/ocpp/a%1Fb' }, 400],
    ['an empty id', { path: '/ocpp/' }, 400],
    ['too long for 1.6', { path: `/ocpp/${'x'.repeat(256)}` }, 400],
    ['too long for 2.0.1', { path: `/ocpp/${'x'.repeat(49)}`, protocols: ['ocpp2.0.1'] }, 400],
    ['a character that 2.x has not', { path: '/ocpp/a%20b', protocols: ['ocpp2.1'] }, 400],
    ['another path', { path: '/elsewhere/CP1' }, 404],
  ])('with %s is refused in a sentence, and the process lives on', async (_what, as, status) => {
    await rig.start();
    const answer = await refused(as);
    expect(answer.status).toBe(status);
    expect(answer.body.length).toBeGreaterThan(10);
    await rig.charger();
  });

  it('of an unknown charger is 404 with REGISTRATION=manual', async () => {
    await rig.register({ chargerId: 'CP2' });
    await rig.start({ registration: 'manual' });
    expect((await refused({})).status).toBe(404);
    await rig.charger({ path: '/ocpp/CP2' });
  });

  it('of a retired charger is refused', async () => {
    await rig.register({ chargerId: 'CP1', retired: true });
    await rig.start();
    expect((await refused({})).status).toBe(403);
  });

  it('needs the password where there is one; changing it closes the socket', async () => {
    const credentials = { username: null, passwordHash: await hashPassword('pw') };
    await rig.register({ chargerId: 'CP1', credentials });
    await rig.start();
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    const nobody = await refused({});
    expect(nobody.status).toBe(401);
    expect(nobody.headers['www-authenticate']).toContain('Basic');
    expect((await refused({ authorization: basic('CP1:no') })).status).toBe(401);
    const charger = await rig.charger({ authorization: basic('CP1:pw') });
    expect((await rig.eventsOf('ConnectionOpened'))[0]?.data.securityProfile).toBe(1);
    await rig.register({ chargerId: 'CP1', credentials: { username: null, passwordHash: await hashPassword('new') } });
    expect((await charger.closed).code).toBe(1008);
    expect((await refused({ authorization: basic('CP1:pw') })).status).toBe(401);
  });

  it('reachable from outside needs credentials', async () => {
    await rig.start({ ocppHost: '0.0.0.0' });
    expect((await refused({})).status).toBe(401);
  });

  it('is not what a plain request gets', async () => {
    const { port } = await rig.start();
    const plain = request({ port, path: '/ocpp/CP1' }).end();
    const [response] = await once(plain, 'response');
    expect(response.statusCode).toBe(426);
    response.resume();
    await once(response, 'end');
  });

  it('that never gets its headers out is timed out', async () => {
    const { port } = await rig.start({ ocppUpgradeTimeoutMs: 100 });
    const slow = connectTcp(port, '127.0.0.1');
    slow.write('GET /ocpp/CP1 HTTP/1.1\r\nHost: x\r\nUpgrade: webso');
    let answer = '';
    slow.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    await once(slow, 'close');
    expect(answer).toContain('408');
  });

  it('that we are too slow to decide is given up, and nothing stays on record as open', async () => {
    const { runtime } = await rig.start({ ocppUpgradeTimeoutMs: 100 });
    const open = runtime.connections.open.bind(runtime.connections);
    let decide = (): void => undefined;
    jest.spyOn(runtime.connections, 'open').mockImplementation(async (admitted) => {
      const opened = await open(admitted);
      await new Promise<void>((resolve) => (decide = resolve));
      return opened;
    });
    expect((await refused({})).status).toBe(408);
    decide();
    await rig.until(() => rig.connections.length === 2);
    expect(rig.connections.map(({ entry }) => entry.state)).toEqual(['open', 'closed']);
  });

  it('needs a free port to come to, and a taken one is explained', async () => {
    const { port } = await rig.start();
    await expect(rig.start({ ocppPort: port, instanceId: 'connect-2' })).rejects.toThrow('set OCPP_PORT');
  });

  it('malformed as a WebSocket is refused before anything is on record', async () => {
    const { port } = await rig.start();
    const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    for (const wrong of [{}, { 'sec-websocket-key': 'short' }, { 'sec-websocket-version': '8' }]) {
      const [response] = await once(
        request({ port, path: '/ocpp/CP1', headers: { ...headers, ...wrong } }).end(),
        'response',
      );
      expect(response.statusCode).toBe(400);
      response.resume();
    }
    await rig.charger();
    await rig.until(() => rig.connections.length > 0);
    expect(rig.connections).toHaveLength(1);
  });
});

describe('a frame', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.open();
  });
  afterEach(async () => {
    await rig.close();
  });

  it('of more than OCPP_MAX_FRAME_BYTES closes the socket with 1009', async () => {
    await rig.start();
    const charger = await rig.charger();
    charger.send(JSON.stringify([2, '1', 'DataTransfer', { vendorId: 'v', data: 'x'.repeat(65_536) }]));
    expect((await charger.closed).code).toBe(1009);
    await rig.charger();
  });

  it('is compressed only where that is switched on', async () => {
    const [plain, compressing] = [
      await rig.start(),
      await rig.start({ ocppCompression: true, instanceId: 'connect-2' }),
    ];
    expect((await rig.charger({ port: plain.port })).socket.extensions).toBe('');
    const charger = await rig.charger({ port: compressing.port, path: '/ocpp/CP2' });
    expect(charger.socket.extensions).toContain('permessage-deflate');
    expect((await charger.call('DataTransfer', { vendorId: 'v', data: 'x'.repeat(5_000) }))[0]).toBe(3);
    charger.send(JSON.stringify([2, '1', 'DataTransfer', { vendorId: 'v', data: 'x'.repeat(1_000_000) }]));
    expect((await charger.closed).code).toBe(1009);
  });

  it('of binary data is refused', async () => {
    await rig.start();
    const charger = await rig.charger({ protocols: ['ocpp2.0.1'] });
    charger.send(Buffer.from('[2,"1","Heartbeat",{}]'));
    const answered = charger.frame(([type]) => type === 4).then(() => 'error');
    expect(['error', 'closed']).toContain(await Promise.race([answered, charger.closed.then(() => 'closed')]));
    expect(rig.events.filter(({ type }) => type === 'ChargerSeen')).toEqual([]);
  });
});

describe('a half-open connection', () => {
  it('is closed when it stays silent for a ping', async () => {
    const rig = await Rig.open();
    const { runtime } = await rig.start();
    const silent = await rig.charger();
    const lively = await rig.charger({ path: '/ocpp/CP2' });
    await rig.eventsOf('ConnectionOpened', 2);
    silent.socket.pause(); // neither reads nor answers pings
    runtime.connections.pingAll();
    await once(lively.socket, 'ping');
    await lively.call('Heartbeat', {}); // its pong came before this
    runtime.connections.pingAll();
    const [closed] = await rig.eventsOf('ConnectionClosed');
    expect(closed).toMatchObject({ chargerId: 'CP1', data: { closeCode: 1006 } });
    await lively.call('Heartbeat', {});
    silent.socket.terminate();
    await rig.close();
  });
});
