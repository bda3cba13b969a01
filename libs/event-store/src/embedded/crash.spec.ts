import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { killedWriter, seededRandom } from '@chargestream/embedded-sqlite/testing';
import type { StoredEvent } from '../port';
import { openEmbeddedEventStore } from './index';

const KILLS = 20;
const WRITER = path.join(__dirname, 'fixtures', 'crash-writer.ts');

async function readAll(database: string): Promise<StoredEvent[]> {
  const store = await openEmbeddedEventStore({ path: database });
  const events: StoredEvent[] = [];
  for await (const event of store.readAll()) events.push(event);
  await store.close();
  return events;
}

describe('The embedded event store, killed at any instant', () => {
  it(`has everything acknowledged, once and in order, after each of ${KILLS} SIGKILLs`, async () => {
    const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
    process.stdout.write(`Seed of the crash test: CRASH_SEED=${seed}\n`);
    const random = seededRandom(seed);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'chargestream-store-crash-'));
    const [database, journal] = [path.join(folder, 'store.db'), path.join(folder, 'journal')];
    let acknowledgedBefore = 0;
    for (let run = 0; run < KILLS; run++) {
      await killedWriter(WRITER, [database, journal, String(run)], 5 + Math.floor(random() * 100));
      const stored = await readAll(database);
      const acknowledged = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
      expect(acknowledged.length).toBeGreaterThanOrEqual(acknowledgedBefore);
      acknowledgedBefore = acknowledged.length;

      const storedIds = new Set(stored.map(({ id }) => id));
      expect(acknowledged.filter((id) => !storedIds.has(id))).toEqual([]);
      expect(storedIds.size).toBe(stored.length);
      expect(stored.map(({ position }) => Number(position))).toEqual(stored.map((_, index) => index + 1));
      expect(outOfOrder(stored)).toEqual([]);
      // Two events an append: never one without the other.
      expect(stored.length % 2).toBe(0);
    }
    expect(acknowledgedBefore).toBeGreaterThan(KILLS);
    rmSync(folder, { recursive: true });
  }, 120_000);
});

/** Events that do not follow their predecessor in their stream: lost, doubled or out of order. */
function outOfOrder(events: readonly StoredEvent[]): StoredEvent[] {
  const last = new Map<string, number>();
  return events.filter(({ stream, revision, id }) => {
    const expected = (last.get(stream) ?? -1) + 1;
    last.set(stream, revision);
    return revision !== expected || id !== `${stream} ${revision}`;
  });
}
