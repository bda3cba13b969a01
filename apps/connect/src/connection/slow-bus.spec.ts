import { TOPICS } from '@chargestream/contracts';
import { Rig } from '../testing/rig';
import type { TestCharger } from '../testing/test-charger';

const CHARGERS = 50;
const CALLS_EACH = 6;
const MOST = { records: 30, bytes: 8 * 1024 * 1024 };

/** What a charger says, as fast as it can; resolves with the order of the answers. */
async function saysAll(charger: TestCharger): Promise<string[]> {
  const order: string[] = [];
  const calls = Array.from({ length: CALLS_EACH }, (_, n) =>
    charger.call('DataTransfer', { vendorId: 'v', data: String(n) }, `m${n}`).then(([, id]) => order.push(id)),
  );
  await Promise.all(calls);
  return order;
}

describe('a slow bus', () => {
  let rig: Rig;
  beforeEach(async () => (rig = await Rig.open()));
  afterEach(async () => {
    rig.bus.speedUp();
    await rig.close();
  });

  it('makes chargers wait: little is under way, nothing is lost, everybody is answered, nobody is closed', async () => {
    const { runtime } = await rig.start({}, { mostUnacknowledged: MOST });
    const paths = Array.from({ length: CHARGERS }, (_, n) => `CP${n}`);
    const chargers = await Promise.all(paths.map((id) => rig.charger({ path: `/ocpp/${id}` })));
    await rig.eventsOf('ConnectionOpened', CHARGERS);
    await runtime.publisher.settled();
    const underway = watchUnacknowledged(rig.bus);
    let closed = 0;
    for (const { socket } of chargers) socket.on('close', () => (closed += 1));

    rig.bus.slowDown(300);
    const answers = chargers.map(saysAll);
    await rig.eventsOf('DataTransferReceived', MOST.records);
    const late = await rig.charger({ path: '/ocpp/LATE' });
    const lateAnswers = await saysAll(late);
    const ids = Array.from({ length: CALLS_EACH }, (_, n) => `m${n}`);
    for (const order of [...(await Promise.all(answers)), lateAnswers]) expect(order).toEqual(ids);

    // The late one's connection is a fact that waits for nobody.
    expect(underway.most).toBeGreaterThanOrEqual(MOST.records);
    expect(underway.most).toBeLessThanOrEqual(MOST.records + 1);
    expect(closed).toBe(0);
    const received = await rig.eventsOf('DataTransferReceived', (CHARGERS + 1) * CALLS_EACH);
    for (const id of [...paths, 'LATE']) {
      const said = received.filter(({ chargerId }) => chargerId === id).map(({ data }) => data.data);
      expect(said).toEqual(ids.map((_, n) => String(n)));
    }
  }, 20_000);

  it('does not make those who wait look dead: nobody reads their pongs', async () => {
    const { runtime } = await rig.start({}, { mostUnacknowledged: { ...MOST, records: 1 } });
    const [charger, other] = [await rig.charger(), await rig.charger({ path: '/ocpp/OTHER' })];
    await rig.eventsOf('ConnectionOpened', 2);
    await runtime.publisher.settled();
    rig.bus.slowDown(60_000);
    other.send([2, '1', 'DataTransfer', { vendorId: 'v' }]);
    await rig.eventsOf('DataTransferReceived');
    const answer = charger.call('Heartbeat', {});
    const connection = runtime.connections.find('default/CP1');
    while (connection?.peer.isHeld !== true) await new Promise(setImmediate);
    for (let n = 0; n < 3; n++) connection.ping();
    expect(connection.isOpen).toBe(true);
    rig.bus.speedUp();
    expect((await answer)[0]).toBe(3);
    // It has until the next ping, and then it is gone like everybody else.
    charger.socket.pause();
    for (let n = 0; n < 3; n++) connection.ping();
    await rig.eventsOf('ConnectionClosed');
    charger.socket.terminate();
  });

  it('does not keep a service that is to stop: chargers are told, and what was not acknowledged is theirs to repeat', async () => {
    const { runtime } = await rig.start({ ocppDrainTimeoutMs: 500 });
    const charger = await rig.charger();
    await rig.eventsOf('ConnectionOpened', 1);
    await runtime.publisher.settled();
    rig.bus.slowDown(60_000);
    let answered = false;
    void charger.call('DataTransfer', { vendorId: 'v' }).then(() => (answered = true));
    await rig.eventsOf('DataTransferReceived');
    const startedMs = performance.now();
    await runtime.close();
    // Half a second for the charger, ten for the bus.
    expect(performance.now() - startedMs).toBeLessThan(14_000);
    expect((await charger.closed).code).toBe(1001);
    expect(answered).toBe(false);
  }, 30_000);

  it('that fails after all closes those who wait as well, and what waited is not handled', async () => {
    const { runtime } = await rig.start({}, { mostUnacknowledged: { ...MOST, records: 2 } });
    const chargers = await Promise.all(['CP1', 'CP2', 'CP3', 'CP4'].map((id) => rig.charger({ path: `/ocpp/${id}` })));
    await rig.eventsOf('ConnectionOpened', 4);
    await runtime.publisher.settled();
    rig.bus.slowDown(60_000);
    for (const charger of chargers) charger.send([2, '1', 'DataTransfer', { vendorId: 'v' }]);
    await rig.eventsOf('DataTransferReceived', 2);
    rig.bus.fail();
    for (const charger of chargers) expect((await charger.closed).code).toBe(1013);
    rig.bus.speedUp();
    rig.bus.recover();
    await rig.eventsOf('ConnectionClosed', 4);
    expect(rig.events.filter(({ type }) => type === 'DataTransferReceived')).toHaveLength(2);
  });
});

/** Counts by itself the events that were handed over and are not yet acknowledged. */
function watchUnacknowledged(bus: Rig['bus']): { most: number } {
  const publish = bus.publish.bind(bus);
  const seen = { most: 0 };
  let now = 0;
  bus.publish = async (records) => {
    const { length } = records.filter(({ topic }) => topic === TOPICS.chargerEvents);
    now += length;
    seen.most = Math.max(seen.most, now);
    const positions = await publish(records);
    now -= length;
    return positions;
  };
  return seen;
}
