import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { sessionStream, type StoredFact } from '@chargestream/contracts';
import { openEmbeddedEventStore } from '@chargestream/event-store/embedded';
import type { EventStore } from '@chargestream/event-store';
import { describeWithDatabases } from '@chargestream/postgres';
import {
  CheckpointMovedError,
  openSqliteReadModel,
  catchUpReadModel,
  rebuildReadModel,
  runProjections,
  type AppliedChange,
  type ReadModel,
} from './index';
import { openPostgresReadModel } from './postgres';
import { energySample, LogWriter, sessionStarted, sessionUpdated } from './testing';

jest.setTimeout(60_000);

describe('running projections, on SQLite', () => {
  projecting(() => openSqliteReadModel({ path: ':memory:' }));
});
describeWithDatabases('running projections, on PostgreSQL', (newDatabase) => {
  projecting(async () => openPostgresReadModel({ url: await newDatabase() }));
});

function projecting(open: () => Promise<ReadModel>): void {
  let folder: string;
  let store: EventStore;
  let readModel: ReadModel;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'chargestream-projections-'));
    store = await openEmbeddedEventStore({ path: path.join(folder, 'store.db') });
    readModel = await open();
  });
  afterEach(async () => {
    await store.close();
    await readModel.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function append(sessionId: string, facts: StoredFact[], from: number): Promise<void> {
    const log = new LogWriter();
    const events = facts.map((fact) => ({ ...log.session('CP', sessionId, fact), id: randomUUID() }));
    await store.append(sessionStream(sessionId), events, from === 0 ? 'no-stream' : from - 1);
  }

  it('follows the store, goes on after a restart, and rebuilds to the same content', async () => {
    const told: AppliedChange[] = [];
    const run = () => runProjections({ readModel, store, onApplied: (changes) => void told.push(...changes) });
    await append('s1', [sessionStarted('s1'), sessionUpdated(2000, [energySample(2000)])], 0);
    const first = await run();
    await first.caughtUp();
    await first.close();
    await append('s1', [sessionUpdated(3000, [energySample(3000)])], 2);
    const second = await run();
    await second.caughtUp();
    await second.close();
    expect(told.map(({ id }) => id)).toEqual(['s1', 's1']);
    expect(await readModel.queries.session('default', 's1')).toMatchObject({ energy_wh: 2000 });
    expect((await readModel.queries.samples('s1', null, { first: 10 })).rows).toHaveLength(2);

    const before = await readModel.contentHash();
    const progress: number[] = [];
    expect(await rebuildReadModel({ readModel, store, onProgress: (done) => progress.push(done) })).toBe(3);
    expect(progress).toEqual([3]);
    expect(await readModel.contentHash()).toBe(before);
    expect(await readModel.checkpoint()).not.toBeNull();
  });

  it('catches up with what was stored while nothing projected', async () => {
    await append('s1', [sessionStarted('s1'), sessionUpdated(2000, [energySample(2000)])], 0);
    expect(await catchUpReadModel({ readModel, store })).toBe(2);
    await append('s1', [sessionUpdated(3000, [energySample(3000)])], 2);
    expect(await catchUpReadModel({ readModel, store })).toBe(1);
    expect(await catchUpReadModel({ readModel, store })).toBe(0);
    const before = await readModel.contentHash();
    await rebuildReadModel({ readModel, store });
    expect(await readModel.contentHash()).toBe(before);
  });

  it('projects once and tells again when telling fails', async () => {
    const errors: unknown[] = [];
    const told: AppliedChange[][] = [];
    let failures = 1;
    await append('s1', [sessionStarted('s1')], 0);
    const running = await runProjections({
      readModel,
      store,
      onError: (error) => errors.push(error),
      onApplied: (changes) => {
        if (failures-- > 0) throw new Error('the bus is away');
        told.push([...changes]);
      },
    });
    await running.caughtUp();
    await running.close();
    expect(errors).toHaveLength(1);
    expect(told).toMatchObject([[{ entity: 'session', id: 's1' }]]);
  });

  it('refuses to project twice what another process projected meanwhile', async () => {
    await append('s1', [sessionStarted('s1')], 0);
    const errors: unknown[] = [];
    const late = await runProjections({
      readModel,
      store,
      onApplied: () => undefined,
      onError: (error) => errors.push(error),
    });
    await late.caughtUp();
    // Another process, which believes to lead as well, is faster.
    const log = new LogWriter();
    const stolen = { ...log.session('CP', 's2', sessionStarted('s2')), position: '999' };
    await readModel.apply([stolen], await readModel.checkpoint());
    const hash = await readModel.contentHash();
    await append('s1', [sessionUpdated(2000, [energySample(2000)])], 1);
    const deadline = Date.now() + 10_000;
    while (errors.length === 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(errors[0]).toBeInstanceOf(CheckpointMovedError);
    expect(await readModel.contentHash()).toBe(hash);
    await late.close();
  });

  it('lets one of two that apply the same events at once have its way', async () => {
    const log = new LogWriter();
    const events = [
      log.session('CP', 's1', sessionStarted('s1')),
      log.session('CP', 's1', sessionUpdated(2000, [energySample(2000)])),
    ];
    const outcomes = await Promise.allSettled([readModel.apply(events, null), readModel.apply(events, null)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await readModel.queries.samples('s1', null, { first: 10 })).rows).toHaveLength(1);
  });
}
