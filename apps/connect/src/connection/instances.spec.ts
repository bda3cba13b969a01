import { TOPICS, type InstanceEntry } from '@chargestream/contracts';
import type { CompactedTable } from '@chargestream/event-bus';
import { Rig } from '../testing/rig';

const INSTANCE = 'connect-1';

describe('an instance', () => {
  let rig: Rig;
  let table: CompactedTable;
  beforeEach(async () => {
    rig = await Rig.open();
    table = await rig.bus.openTable(TOPICS.instances);
  });
  afterEach(async () => {
    await table.close();
    await rig.close();
  });

  const entryOf = (): InstanceEntry | null => {
    const entry = table.get(INSTANCE);
    return entry ? (JSON.parse(entry.value.toString()) as InstanceEntry) : null;
  };
  /** Resolves at the first change after which it holds. */
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      if (condition()) return resolve();
      const stop = table.onChange(() => {
        if (!condition()) return;
        stop();
        resolve();
      });
    });

  it('beats before it takes chargers, goes on beating, and leaves a tombstone', async () => {
    const running = await rig.start({}, { instanceHeartbeatMs: 5 });
    const first = entryOf();
    expect(first).toMatchObject({ instanceId: INSTANCE, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    expect(first?.bootId).toMatch(/^[0-9a-f-]{36}$/);
    await until(() => (entryOf()?.aliveAt ?? '') > (first?.aliveAt ?? ''));
    expect(entryOf()).toMatchObject({ bootId: first?.bootId, startedAt: first?.startedAt });
    await running.close();
    await until(() => entryOf() === null);
  });

  it('has a new bootId after a restart, and an entry of its past does not disturb it', async () => {
    await rig.put(TOPICS.instances, INSTANCE, { ...past(), startedAt: '2999-01-01T00:00:00.000Z' });
    await rig.start();
    await until(() => entryOf()?.bootId !== 'past');
    const charger = await rig.charger();
    expect((await charger.call('Heartbeat', {}))[0]).toBe(3);
  });

  it('that starts while another process has its name: the older one fails closed and says so', async () => {
    const said: unknown[] = [];
    const older = await rig.start({}, { instanceHeartbeatMs: 5, logger: loggerInto(said) });
    const before = await rig.charger({ port: older.port });
    const newer = await rig.start({}, { instanceHeartbeatMs: 5 });
    expect((await before.closed).code).toBe(1013);
    expect(said).toEqual([expect.stringContaining('INSTANCE_ID=connect-1')]);
    expect(older.runtime.isAvailable).toBe(false);
    expect(await rig.dial({ port: older.port })).toMatchObject({ status: 503 });
    const after = await rig.charger({ port: newer.port });
    expect((await after.call('Heartbeat', {}))[0]).toBe(3);
    // The older one's farewell does not bury the newer one.
    const { bootId } = entryOf()!;
    await older.close();
    expect(entryOf()?.bootId).toBe(bootId);
    expect((await after.call('Heartbeat', {}))[0]).toBe(3);
  });

  it('that somebody buries beats at once', async () => {
    await rig.start();
    const bootId = entryOf()?.bootId;
    await rig.bus.publish([{ topic: TOPICS.instances, key: INSTANCE, value: null }]);
    await until(() => entryOf()?.bootId === bootId);
  });

  it('that was taken for gone lets go of the connection that was closed in its name', async () => {
    await rig.start();
    const charger = await rig.charger();
    await rig.until(() => rig.connections.length === 1);
    const { entry, offset } = rig.connections[0]!;
    await rig.put(TOPICS.connections, 'default/CP1', { ...entry, state: 'closed', epoch: offset });
    expect(await charger.closed).toMatchObject({ code: 1013 });
  });
});

function past(): InstanceEntry {
  const at = '2026-01-01T00:00:00.000Z';
  return { instanceId: INSTANCE, bootId: 'past', version: '0.0.1', startedAt: at, aliveAt: at };
}

function loggerInto(errors: unknown[]): never {
  const quiet = () => undefined;
  const logger = { info: quiet, warn: quiet, debug: quiet, error: (_: unknown, text: string) => errors.push(text) };
  return logger as never;
}
