import { TOPICS } from '@chargestream/contracts';
import { Rig } from '../testing/rig';
import type { TestCharger } from '../testing/test-charger';

const CLEAR_CACHE = { kind: 'CLEAR_CACHE' } as const;

describe('two instances and one charger', () => {
  let rig: Rig;
  let ports: number[];
  beforeEach(async () => {
    rig = await Rig.open();
    ports = [(await rig.start()).port, (await rig.start({ instanceId: 'connect-2' })).port];
  });
  afterEach(async () => {
    await rig.close();
  });

  const at = (instance: 0 | 1): Promise<TestCharger> => rig.charger({ port: ports[instance] });
  const epochOf = async (nth: number) => (await rig.eventsOf('ConnectionOpened', nth))[nth - 1]!.connectionEpoch!;

  it('what waited for the connection that was taken over is given back at once, what was sent is ended', async () => {
    const here = await at(0);
    const epoch = await epochOf(1);
    for (const commandId of ['c-1', 'c-2', 'c-3']) await rig.command({ commandId, epoch, command: CLEAR_CACHE });
    await here.called('ClearCache');
    // The charger is gone without a word: it neither answers nor reads the close.
    here.socket.pause();
    await at(1);
    const returned = await rig.eventsOf('CommandNotOwned', 2);
    expect(returned.map(({ data }) => [data.commandId, data.epoch])).toEqual([
      ['c-2', epoch],
      ['c-3', epoch],
    ]);
    here.socket.resume();
    const [finished] = await rig.eventsOf('CommandFinished');
    expect(finished?.data).toMatchObject({ commandId: 'c-1', outcome: 'UNKNOWN' });
    expect((await rig.eventsOf('CommandSent')).map(({ data }) => data.commandId)).toEqual(['c-1']);
  });

  it('a command for the connection before is given back in one round trip', async () => {
    const here = await at(0);
    const epoch = await epochOf(1);
    await at(1);
    await here.closed;
    await rig.command({ commandId: 'c-1', epoch, command: CLEAR_CACHE });
    expect((await rig.eventsOf('CommandNotOwned'))[0]?.data).toEqual({
      commandId: 'c-1',
      instanceId: 'connect-1',
      epoch,
    });
  });

  it('an inbox that comes five times over sends once', async () => {
    const here = await at(0);
    const epoch = await epochOf(1);
    for (let n = 0; n < 5; n++) await rig.command({ commandId: 'c-1', epoch, command: CLEAR_CACHE });
    await rig.command({ commandId: 'c-2', epoch, command: CLEAR_CACHE });
    for (const commandId of ['c-1', 'c-2']) {
      here.send([3, (await here.called('ClearCache')).messageId, { status: 'Accepted' }]);
      await rig.until(() =>
        rig.events.some(
          ({ type, data }) => type === 'CommandFinished' && 'commandId' in data && data.commandId === commandId,
        ),
      );
    }
    expect((await rig.eventsOf('CommandSent')).map(({ data }) => data.commandId)).toEqual(['c-1', 'c-2']);
  });

  it('records of the table that come five times over close nothing and open nothing', async () => {
    await at(0);
    await epochOf(1);
    const there = await at(1);
    await epochOf(2);
    await rig.eventsOf('ConnectionClosed');
    await rig.until(() => rig.connections.length >= 2);
    const repeated = rig.connections.slice(0, 2);
    let last = 0;
    for (let n = 0; n < 5; n++) {
      for (const { entry } of repeated) last = await rig.put(TOPICS.connections, 'default/CP1', entry);
    }
    expect((await there.call('Heartbeat', {}))[0]).toBe(3);
    // Whoever reads the table sees the connection at its last repetition: that is the same connection.
    await rig.command({ commandId: 'c-1', epoch: last, command: CLEAR_CACHE, instanceId: 'connect-2' });
    there.send([3, (await there.called('ClearCache')).messageId, { status: 'Accepted' }]);
    expect((await rig.eventsOf('CommandFinished'))[0]?.data).toMatchObject({ commandId: 'c-1', outcome: 'ACCEPTED' });
    expect(rig.events.filter(({ type }) => type === 'ConnectionClosed')).toHaveLength(1);
  });

  it('a command may come before the upgrade of its connection is complete', async () => {
    const { runtime } = await rig.start({ instanceId: 'connect-3' });
    const admitted = { tenantId: 'default', chargerId: 'CP1', version: '1.6', securityProfile: 0 } as const;
    const opened = await runtime.connections.open({ ...admitted, remoteAddress: null });
    await rig.command({ commandId: 'c-1', epoch: opened.epoch, command: CLEAR_CACHE, instanceId: 'connect-3' });
    runtime.connections.abandon(opened);
    expect((await rig.eventsOf('CommandNotOwned'))[0]?.data).toMatchObject({ commandId: 'c-1', epoch: opened.epoch });
  });

  it('the late close of an older connection does not hide the newer one for long', async () => {
    await at(0);
    const there = await at(1);
    const [older, newer] = [await epochOf(1), await epochOf(2)];
    await rig.until(() => rig.connections.length >= 2);
    const { entry } = rig.connections[0]!;
    await rig.put(TOPICS.connections, 'default/CP1', { ...entry, state: 'closed', epoch: older });
    await rig.until(() => rig.connections.length >= 4);
    expect(rig.connections.at(-1)?.entry).toMatchObject({ state: 'open', instanceId: 'connect-2', epoch: newer });
    expect((await there.call('Heartbeat', {}))[0]).toBe(3);
  });
});
