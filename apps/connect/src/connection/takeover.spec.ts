import { chargerKey, TOPICS, type ConnectionEntry } from '@chargestream/contracts';
import { Metrics } from '@chargestream/service-kit';
import { FlappingDetector } from './flapping';
import { Rig } from '../testing/rig';

describe('the newest connection', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.open();
  });
  afterEach(async () => {
    await rig.close();
  });

  it('wins, and the close of the older one does not touch it', async () => {
    await rig.start();
    const older = await rig.charger();
    const newer = await rig.charger();
    expect(await older.closed).toMatchObject({ code: 1008, reason: expect.stringContaining('newer') });
    const [closed] = await rig.eventsOf('ConnectionClosed');
    const [first, second] = await rig.eventsOf('ConnectionOpened', 2);
    expect(closed?.connectionEpoch).toBe(first?.connectionEpoch);
    expect((second?.connectionEpoch ?? 0) > (first?.connectionEpoch ?? 0)).toBe(true);
    expect((await newer.call('Heartbeat', {}))[0]).toBe(3);
    // The table still says open: the last record is the newer connection's.
    expect(rig.connections.map(({ entry }) => entry.state)).toEqual(['open', 'open']);
    await newer.close();
    await rig.eventsOf('ConnectionClosed', 2);
    await rig.until(() => rig.connections.length === 3);
    expect(rig.connections[2]?.entry).toMatchObject({ state: 'closed', epoch: second?.connectionEpoch });
  });

  it('that never came about leaves the older one what it was', async () => {
    const { runtime } = await rig.start();
    const living = await rig.charger();
    const [opened] = await rig.eventsOf('ConnectionOpened');
    const livingEpoch = opened?.connectionEpoch ?? Number.NaN;
    const { tenantId, chargerId } = opened!;
    const admitted = { tenantId, chargerId, version: '1.6', securityProfile: 0, remoteAddress: null } as const;
    const abandoned = await runtime.connections.open(admitted);
    expect(abandoned.epoch).toBeGreaterThan(livingEpoch);
    runtime.connections.abandon(abandoned);
    await rig.until(() => rig.connections.length === 3);
    // Whoever looks for the owner finds that connections below the living one are closed, and no more.
    expect(rig.connections[2]?.entry).toMatchObject({ state: 'closed', epoch: livingEpoch - 1 });
    const [closed] = await rig.eventsOf('ConnectionClosed');
    expect(closed?.connectionEpoch).toBe(abandoned.epoch);
    expect((await living.call('Heartbeat', {}))[0]).toBe(3);
  });

  it('wins over one on another instance', async () => {
    await rig.start();
    const here = await rig.charger();
    const other = await rig.start({ instanceId: 'connect-2' });
    const there = await rig.charger({ port: other.port });
    expect((await here.closed).code).toBe(1008);
    await rig.eventsOf('ConnectionClosed');
    expect((await there.call('Heartbeat', {}))[0]).toBe(3);
    expect(rig.connections.map(({ entry }) => [entry.state, entry.instanceId])).toEqual([
      ['open', 'connect-1'],
      ['open', 'connect-2'],
    ]);
  });

  it('that keeps changing raises an alert: two stations with one id', async () => {
    const metrics = new Metrics();
    await rig.start({}, { metrics });
    for (let n = 0; n < 4; n++) await rig.charger();
    const [alert] = await rig.eventsOf('ConnectionTakenOver');
    expect(alert?.data).toMatchObject({
      takeovers: 3,
      withinS: 60,
      remoteAddresses: [expect.stringContaining('127.0.0.1')],
    });
    expect((await metrics.exposition()).body).toContain('chargestream_ocpp_flapping_total 1');
  });

  it('that keeps changing between instances raises an alert, too', async () => {
    const ports = [(await rig.start()).port, (await rig.start({ instanceId: 'connect-2' })).port];
    let before = await rig.charger({ port: ports[0] });
    for (let n = 1; n <= 5; n++) {
      const next = await rig.charger({ port: ports[n % 2] });
      await before.closed;
      before = next;
    }
    expect((await rig.eventsOf('ConnectionTakenOver'))[0]?.data).toMatchObject({ takeovers: 3, withinS: 60 });
  });

  it('is another one in another tenant', async () => {
    await rig.start();
    const one = await rig.charger();
    const two = await rig.charger({ path: '/ocpp/acme/CP1' });
    expect((await two.call('Heartbeat', {}))[0]).toBe(3);
    expect((await one.call('Heartbeat', {}))[0]).toBe(3);
  });
});

describe('after a crash', () => {
  it('connections that this instance left open are put on record as closed; those of others are not', async () => {
    const rig = await Rig.open();
    const entry = (chargerId: string, instanceId: string): ConnectionEntry => ({
      state: 'open',
      tenantId: 'default',
      chargerId,
      instanceId,
      connectionId: `of-${chargerId}`,
      ocppVersion: '1.6',
      epoch: null,
      at: '2026-06-01T12:00:00.000Z',
    });
    const epoch = await rig.put(TOPICS.connections, chargerKey('default', 'CP1'), entry('CP1', 'connect-1'));
    await rig.put(TOPICS.connections, chargerKey('default', 'CP2'), entry('CP2', 'connect-2'));
    await rig.start();
    const closed = await rig.eventsOf('ConnectionClosed');
    expect(closed).toMatchObject([{ chargerId: 'CP1', connectionEpoch: epoch, data: { connectionId: 'of-CP1' } }]);
    await rig.until(() => rig.connections.length === 3);
    expect(rig.connections[2]?.entry).toMatchObject({ state: 'closed', chargerId: 'CP1', epoch });
    await rig.close();
  });
});

describe('a shutdown', () => {
  it('answers what is in flight, closes with 1001 and puts the closes on record', async () => {
    const rig = await Rig.open();
    const connect = await rig.start();
    const charger = await rig.charger();
    await rig.eventsOf('ConnectionOpened');
    const start = { connectorId: 1, idTag: 'TAG', meterStart: 0, timestamp: new Date().toISOString() };
    const answer = charger.call('StartTransaction', start);
    await charger.call('Heartbeat', {}); // comes after the start was received
    await connect.close();
    expect((await answer)[0]).toBe(3);
    expect((await charger.closed).code).toBe(1001);
    expect(await rig.eventsOf('ConnectionClosed')).toMatchObject([{ data: { closeCode: 1001 } }]);
    await expect(rig.dial({ port: connect.port })).rejects.toThrow('ECONNREFUSED');
    await rig.close();
  });

  it('sends chargers away one after the other (1012) and serves the others meanwhile', async () => {
    const rig = await Rig.open();
    const connect = await rig.start({ ocppDrainSpreadMs: 400 });
    const chargers = await Promise.all(['A', 'B', 'C', 'D'].map((id) => rig.charger({ path: `/ocpp/${id}` })));
    await rig.eventsOf('ConnectionOpened', 4);
    const closing = connect.close();
    await Promise.race(chargers.map(({ closed }) => closed));
    const stillThere = chargers.filter(({ socket }) => socket.readyState === socket.OPEN);
    expect(stillThere.length).toBeGreaterThan(0);
    expect((await stillThere.at(-1)?.call('Heartbeat', {}))?.[0]).toBe(3);
    await closing;
    expect((await Promise.all(chargers.map(({ closed }) => closed))).map(({ code }) => code)).toEqual([
      1012, 1012, 1012, 1012,
    ]);
    await rig.eventsOf('ConnectionClosed', 4);
    await rig.close();
  });

  it('does not wait for ever for a charger that does not answer the close', async () => {
    const rig = await Rig.open();
    const connect = await rig.start({ ocppDrainTimeoutMs: 50 });
    const charger = await rig.charger();
    charger.socket.pause();
    await connect.close();
    expect(await rig.eventsOf('ConnectionClosed')).toHaveLength(1);
    charger.socket.terminate();
    await rig.close();
  });
});

describe('flapping', () => {
  it('is three takeovers in a minute, told once', () => {
    const detector = new FlappingDetector();
    const times = [0, 30_000, 59_000, 59_500, 61_000, 62_000];
    const told = times.map((ms, index) => detector.takenOver('k', `10.0.0.${index % 2}`, ms)?.takeovers ?? null);
    expect(told).toEqual([null, null, 3, null, null, 3]);
    expect([0, 61_000, 122_000].map((ms) => detector.takenOver('slow', null, ms))).toEqual([null, null, null]);
  });
});
