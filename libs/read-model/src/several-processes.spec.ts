import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { openEmbeddedEventStore } from '@chargestream/event-store/embedded';
import type { EventStore, StoredEvent } from '@chargestream/event-store';
import { describeWithDatabases } from '@chargestream/postgres';
import { CheckpointMovedError, openSqliteReadModel, rebuildReadModel, runProjections, type ReadModel } from './index';
import { openPostgresReadModel } from './postgres';
import { KINDS, LogWriter, writeAnything } from './testing';

jest.setTimeout(120_000);

describeWithDatabases('two processes that both believe to lead the projections', (newDatabase) => {
  it('double nothing and leave nothing out', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'chargestream-two-processes-'));
    const store = await openEmbeddedEventStore({ path: path.join(folder, 'store.db') });
    const url = await newDatabase();
    const leaders = await Promise.all([1, 2].map(async () => lead(await openPostgresReadModel({ url }), store)));
    for (let round = 0; round < 40; round++) await appendAnything(store, round);
    for (const leader of leaders) await leader.reach(await end(store));
    for (const leader of leaders) await leader.close();
    // It was no race when one of them had it all to itself.
    expect(leaders.reduce((sum, { moved }) => sum + moved(), 0)).toBeGreaterThan(0);

    const alone = await openSqliteReadModel({ path: ':memory:' });
    await rebuildReadModel({ readModel: alone, store });
    const shared = await openPostgresReadModel({ url });
    expect(await shared.contentHash()).toBe(await alone.contentHash());
    expect(await shared.checkpoint()).toBe(await alone.checkpoint());
    await Promise.all([alone.close(), shared.close()]);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('find it out when one of them rebuilds', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'chargestream-rebuilding-'));
    const store = await openEmbeddedEventStore({ path: path.join(folder, 'store.db') });
    for (let round = 0; round < 5; round++) await appendAnything(store, round);
    const url = await newDatabase();
    const [rebuilding, other] = await Promise.all([openPostgresReadModel({ url }), openPostgresReadModel({ url })]);
    const events: StoredEvent[] = [];
    for await (const event of store.readAll({})) events.push(event);
    const disturbed: EventStore = Object.assign(Object.create(store) as EventStore, {
      async *readAll() {
        await other.apply(events.slice(0, 1), null);
        yield* events;
      },
    });
    await expect(rebuildReadModel({ readModel: rebuilding, store: disturbed })).rejects.toThrow(CheckpointMovedError);
    expect(await rebuilding.checkpoint()).toBe(events[0]?.position);
    await Promise.all([rebuilding.close(), other.close(), store.close()]);
    rmSync(folder, { recursive: true, force: true });
  });
});

/** Projects until closed, and begins anew whenever the other one was faster: what a leader of core does. */
function lead(readModel: ReadModel, store: EventStore) {
  let moved = 0;
  const closing = new AbortController();
  const closed = new Promise<void>((resolve) => closing.signal.addEventListener('abort', () => resolve()));
  const leading = (async () => {
    while (!closing.signal.aborted) {
      let begin: () => void = () => undefined;
      const overtaken = new Promise<void>((resolve) => (begin = resolve));
      const onError = (error: unknown) => {
        if (!(error instanceof CheckpointMovedError)) throw error;
        moved += 1;
        begin();
      };
      const running = await runProjections({ readModel, store, onApplied: () => undefined, onError });
      await Promise.race([overtaken, closed]);
      await running.close();
    }
  })();
  return {
    moved: () => moved,
    async reach(position: string) {
      const deadline = Date.now() + 60_000;
      for (;;) {
        const reached = await readModel.checkpoint();
        if (reached !== null && store.comparePositions(reached, position) >= 0) return;
        if (Date.now() > deadline) throw new Error(`The read model is at ${reached}, not at ${position}.`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async close() {
      closing.abort();
      await leading;
      await readModel.close();
    },
  };
}

async function appendAnything(store: EventStore, round: number): Promise<void> {
  const log = new LogWriter();
  KINDS.forEach((kind, index) => writeAnything(log, kind, (round + index) % 5, round * 10 + index));
  for (const event of log.events) {
    const revision = await nextRevision(store, event.stream);
    await store.append(event.stream, [{ ...event, id: randomUUID() }], revision === 0 ? 'no-stream' : revision - 1);
  }
}

async function nextRevision(store: EventStore, stream: string): Promise<number> {
  let next = 0;
  for await (const event of store.readStream(stream)) next = event.revision + 1;
  return next;
}

async function end(store: EventStore): Promise<string> {
  let last = '';
  for await (const event of store.readAll({})) last = event.position;
  return last;
}
