import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { killedWriter, seededRandom } from '@chargestream/embedded-sqlite/testing';
import { openEmbeddedEventBus } from './index';

const KILLS = 20;
const WRITER = path.join(__dirname, 'fixtures', 'crash-writer.ts');

async function readAll(database: string): Promise<Map<number, string>> {
  const bus = await openEmbeddedEventBus({ path: database });
  const values = new Map<number, string>();
  const reader = await bus.subscribe({
    group: `reader-${Date.now()}-${Math.random()}`,
    topics: ['crash'],
    from: 'earliest',
    handle: (records) => Promise.resolve(records.forEach((r) => values.set(r.offset, r.value?.toString() ?? ''))),
  });
  await reader.caughtUp();
  await bus.close();
  return values;
}

describe('The embedded event bus, killed at any instant', () => {
  it(`has everything acknowledged, once and in order, after each of ${KILLS} SIGKILLs`, async () => {
    const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
    process.stdout.write(`Seed of the crash test: CRASH_SEED=${seed}\n`);
    const random = seededRandom(seed);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'chargestream-bus-crash-'));
    const [database, journal] = [path.join(folder, 'bus.db'), path.join(folder, 'journal')];
    let acknowledgedBefore = 0;
    for (let run = 0; run < KILLS; run++) {
      await killedWriter(WRITER, [database, journal, String(run)], 5 + Math.floor(random() * 100));
      const stored = await readAll(database);
      const acknowledged = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
      expect(acknowledged.length).toBeGreaterThanOrEqual(acknowledgedBefore);
      acknowledgedBefore = acknowledged.length;

      const missing = acknowledged.filter(
        (line) => stored.get(parseInt(line, 10)) !== line.slice(line.indexOf(' ') + 1),
      );
      expect(missing).toEqual([]);
      expect([...stored.keys()]).toEqual([...stored.keys()].map((_, index) => index));
      expect(outOfOrder([...stored.values()])).toEqual([]);
    }
    expect(acknowledgedBefore).toBeGreaterThan(KILLS);
    rmSync(folder, { recursive: true });
  }, 120_000);
});

/** Values that do not follow their predecessor of the same run and key: lost, doubled or out of order. */
function outOfOrder(values: readonly string[]): string[] {
  const last = new Map<string, number>();
  return values.filter((value) => {
    const [run, key, number] = value.split(' ');
    const expected = (last.get(`${run} ${key}`) ?? -1) + 1;
    last.set(`${run} ${key}`, Number(number));
    return Number(number) !== expected;
  });
}
