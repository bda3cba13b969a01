import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { describeEventStoreContract } from '../testing';
import { openEmbeddedEventStore } from './index';

function newFolder(): string {
  return mkdtempSync(path.join(os.tmpdir(), 'chargestream-store-'));
}

describeEventStoreContract(
  'The embedded event store',
  () => {
    const folder = newFolder();
    return Promise.resolve({
      open: () => openEmbeddedEventStore({ path: path.join(folder, 'store.db') }),
      dispose: () => Promise.resolve(rmSync(folder, { recursive: true })),
    });
  },
  { persistent: true, timeoutMs: 20_000 },
);

describe('The embedded event store', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = newFolder();
    file = path.join(folder, 'store.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const event = (data: unknown = {}) => ({ id: randomUUID(), type: 'Happened', data, metadata: {} });

  it('is opened once, and tells the second opener what to do', async () => {
    const store = await openEmbeddedEventStore({ path: file });
    await expect(openEmbeddedEventStore({ path: file })).rejects.toThrow(`in use by process ${process.pid}`);
    await store.close();
  });

  it('refuses appends while the file cannot be written, and recovers with the right revisions', async () => {
    const store = await openEmbeddedEventStore({ path: file });
    await store.append('s', [event()], 'no-stream');
    const intruder = new Database(file);
    intruder.exec('BEGIN IMMEDIATE');
    await expect(store.append('s', [event()], 0)).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    expect(store.isAvailable()).toBe(false);
    intruder.exec('ROLLBACK');
    intruder.close();
    while (!store.isAvailable()) await new Promise((resolve) => setImmediate(resolve));
    expect(await store.append('s', [event()], 0)).toEqual({ revision: 1 });
    await store.close();
  });

  it('fails an append that is not JSON alone', async () => {
    const store = await openEmbeddedEventStore({ path: file });
    const [bad, good] = await Promise.allSettled([
      store.append('s', [event(undefined), event(1n)], 'no-stream'),
      store.append('t', [event()], 'no-stream'),
    ]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { name: 'TypeError' } });
    expect(good.status).toBe('fulfilled');
    await store.close();
  });

  it('refuses a stream name that the file would not give back as it was', async () => {
    const store = await openEmbeddedEventStore({ path: file });
    await expect(store.append('a\0b', [event()], 'no-stream')).rejects.toThrow('NUL');
    await store.close();
  });

  it('says what to do with a position that is none of its own', async () => {
    const store = await openEmbeddedEventStore({ path: file });
    const from = 'C:1/P:1';
    await expect(store.subscribe({ from, handle: () => Promise.resolve() })).rejects.toThrow('start from null');
    await store.close();
  });
});
