import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { describeEventBusContract, FaultyEventBus } from '../testing';
import { decodeSegment } from './segment';
import { openEmbeddedEventBus } from './index';
import type { EmbeddedEventBusOptions } from './index';

function newFolder(): string {
  return mkdtempSync(path.join(os.tmpdir(), 'chargestream-bus-'));
}

describeEventBusContract(
  'The embedded event bus',
  () => {
    const folder = newFolder();
    return Promise.resolve({
      open: () => openEmbeddedEventBus({ path: path.join(folder, 'bus.db') }),
      dispose: () => Promise.resolve(rmSync(folder, { recursive: true })),
    });
  },
  { persistent: true, timeoutMs: 20_000 },
);

describe('The embedded event bus', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = newFolder();
    file = path.join(folder, 'bus.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (options: Partial<EmbeddedEventBusOptions> = {}) => openEmbeddedEventBus({ path: file, ...options });
  const record = (topic: string, key: string) => ({ topic, key, value: Buffer.from(key) });
  /** Offsets on disk, read by a connection of its own. */
  const storedKeys = () => {
    const database = new Database(file);
    const rows = database.prepare('SELECT key FROM record ORDER BY id').all([]) as { key: string }[];
    const segments = database.prepare('SELECT records FROM segment ORDER BY id').all([]) as { records: ArrayBuffer }[];
    database.close();
    const segmented = segments.flatMap(({ records }) => decodeSegment(Buffer.from(records), 't', 0, 0));
    return [...rows, ...segmented].map(({ key }) => key);
  };

  it('is opened once, and tells the second opener what to do', async () => {
    const bus = await open();
    await expect(open()).rejects.toThrow(`in use by process ${process.pid}: stop that one first`);
    await bus.close();
    await (await open()).close();
  });

  it('refuses records while the file cannot be written, tells so, and recovers by itself', async () => {
    const bus = await open();
    await bus.publish([record('t', 'before')]);
    const heard: boolean[] = [];
    const recovered = new Promise<void>((resolve) =>
      bus.onAvailabilityChange((available) => {
        heard.push(available);
        if (available) resolve();
      }),
    );
    const intruder = new Database(file);
    intruder.exec('BEGIN IMMEDIATE');
    await expect(bus.publish([record('t', 'lost')])).rejects.toMatchObject({ name: 'BusUnavailableError' });
    expect(bus.isAvailable()).toBe(false);
    await expect(bus.publish([record('t', 'lost too')])).rejects.toMatchObject({ name: 'BusUnavailableError' });
    intruder.exec('ROLLBACK');
    intruder.close();
    await recovered;
    expect(await bus.publish([record('t', 'after')])).toEqual([{ topic: 't', partition: 0, offset: 1 }]);
    expect(heard).toEqual([false, true]);
    expect(storedKeys()).toEqual(['before', 'after']);
    await bus.close();
  });

  it('fails a bad record alone', async () => {
    const bus = await open();
    const bad = { topic: 't', key: 'k', value: 'text' as unknown as Buffer };
    const [refused, taken] = await Promise.allSettled([bus.publish([bad]), bus.publish([record('t', 'good')])]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { name: 'TypeError' } });
    expect(taken.status).toBe('fulfilled');
    await bus.close();
  });

  it('refuses a key that the file would not give back as it was', async () => {
    const bus = await open();
    await expect(bus.publish([record('t', 'a\0b')])).rejects.toThrow('NUL');
    await bus.close();
  });

  it('removes superseded records and old tombstones of compacted topics, and never gives an offset twice', async () => {
    let bus = await open({ cleanupIntervalMs: 5, compactionLagMs: 0, tombstoneRetentionMs: 0 });
    await bus.ensureTopics([{ name: 't', cleanup: 'compact' }]);
    await bus.publish(['a', 'b', 'a', 'c', 'a'].map((key) => record('t', key)));
    await bus.publish([{ topic: 't', key: 'b', value: null }]);
    while (storedKeys().join() !== 'c,a') await new Promise((resolve) => setImmediate(resolve));
    await bus.publish([
      { topic: 't', key: 'a', value: null },
      { topic: 't', key: 'c', value: null },
    ]);
    while (storedKeys().length > 0) await new Promise((resolve) => setImmediate(resolve));
    await bus.close();
    bus = await open();
    expect(await bus.publish([record('t', 'z')])).toEqual([{ topic: 't', partition: 0, offset: 8 }]);
    await bus.close();
  });

  it('drops what is past its retention, but nothing that a group has yet to handle', async () => {
    let now = 1_000_000;
    const bus = await open({ clock: () => now, cleanupIntervalMs: 5 });
    await bus.ensureTopics([{ name: 't', cleanup: 'delete', retentionMs: 1000 }]);
    let fail = true;
    await bus.publish([record('t', 'old')]);
    const subscription = await bus.subscribe({
      group: 'g',
      topics: ['t'],
      from: 'earliest',
      maxBatchSize: 1,
      handle: ([first]) => (fail && first?.key === 'held' ? Promise.reject(new Error('not yet')) : Promise.resolve()),
    });
    await bus.publish([record('t', 'held')]);
    now += 2000;
    await bus.publish([record('t', 'new')]);
    while (storedKeys().includes('old')) await new Promise((resolve) => setImmediate(resolve));
    expect(storedKeys()).toEqual(['held', 'new']);
    fail = false;
    await subscription.caughtUp();
    while (storedKeys().includes('held')) await new Promise((resolve) => setImmediate(resolve));
    expect(storedKeys()).toEqual(['new']);
    await bus.close();
  });

  it('reads from the file what has left memory, in order', async () => {
    const bus = await open();
    const keys = Array.from({ length: 12_000 }, (_, index) => String(index));
    await bus.publish(keys.map((key) => record('t', key)));
    const seen: string[] = [];
    const handle = (records: readonly { key: string }[]) =>
      Promise.resolve(void seen.push(...records.map((r) => r.key)));
    const subscription = await bus.subscribe({ group: 'g', topics: ['t'], from: 'earliest', handle });
    await subscription.caughtUp();
    expect(seen).toEqual(keys);
    await bus.close();
  });
});

describe('FaultyEventBus', () => {
  it('refuses records between fail and recover, and tells of both', async () => {
    const folder = newFolder();
    const bus = new FaultyEventBus(await openEmbeddedEventBus({ path: path.join(folder, 'bus.db') }));
    const heard: boolean[] = [];
    bus.onAvailabilityChange((available) => heard.push(available));
    const publish = () => bus.publish([{ topic: 't', key: 'k', value: null }]);
    bus.fail();
    await expect(publish()).rejects.toMatchObject({ name: 'BusUnavailableError' });
    expect(bus.isAvailable()).toBe(false);
    bus.recover();
    expect(await publish()).toEqual([{ topic: 't', partition: 0, offset: 0 }]);
    expect(heard).toEqual([false, true]);
    await bus.close();
    rmSync(folder, { recursive: true });
  });
});
