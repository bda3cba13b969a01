import { TOPICS } from '@chargestream/contracts';
import { tx2 } from '@chargestream/domain/testing';
import type { CompactedTable, EventBus, TableEntry } from '@chargestream/event-bus';
import { startCore, type RunningCore } from '../start-core';
import { Harness } from '../testing/harness';
import { refusing } from '../testing/refusing-store';
import { lettersIn } from './cli/letters';

const story = [tx2('Started', 0, 0), ...[1, 2, 3, 4].map((n) => tx2('Updated', n, n))];

/** A table that shows what was there when it was opened, and what came since only when it may. */
class LateTable implements CompactedTable {
  private readonly copy = new Map<string, TableEntry>();
  private readonly listeners = new Set<(key: string, entry: TableEntry | undefined) => void>();
  private held: [key: string, entry: TableEntry | undefined][] | null = [];

  constructor(private readonly inner: CompactedTable) {
    for (const entry of inner.entries()) this.copy.set(entry.key, entry);
    inner.onChange((key, entry) => {
      if (this.held !== null) this.held.push([key, entry]);
      else this.show(key, entry);
    });
  }

  showAll(): void {
    const held = this.held ?? [];
    this.held = null;
    for (const [key, entry] of held) this.show(key, entry);
  }

  private show(key: string, entry: TableEntry | undefined): void {
    if (entry === undefined) this.copy.delete(key);
    else this.copy.set(key, entry);
    for (const listener of this.listeners) listener(key, entry);
  }

  get = (key: string) => this.copy.get(key);
  entries = () => this.copy.values();
  size = () => this.copy.size;
  close = () => this.inner.close();
  onChange(listener: (key: string, entry: TableEntry | undefined) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

it('a core that takes over knows what another has parked, however late its table is', async () => {
  const harness = await Harness.open();
  const poison = new Set([story[1]!.id]);
  const tables: LateTable[] = [];
  const late = new Proxy(harness.bus, {
    get(target, name) {
      const value = Reflect.get(target, name) as (...args: never[]) => unknown;
      if (name !== 'openTable') return value.bind(target);
      return async (topic: string) => {
        const table = await target.openTable(topic);
        if (topic !== TOPICS.deadLetters) return table;
        tables.push(new LateTable(table));
        return tables.at(-1);
      };
    },
  }) as EventBus;
  const start = (bus: EventBus): Promise<RunningCore> =>
    startCore({
      bus,
      store: refusing(harness.store, poison),
      readModel: harness.readModel,
      settings: { ocppCallTimeoutMs: 30_000 },
      clock: harness.timers.clock,
      timers: harness.timers,
    });

  const first = await start(harness.bus);
  const second = await start(late);
  // What the second one knew when it started is nothing.
  await harness.report(...story.slice(0, 4));
  await untilParked(harness, '3 behind');
  await first.close();
  await harness.report(story[4]!);
  await untilParked(harness, '4 behind');
  expect(await parked(harness)).toEqual(['1 poison', '2 behind', '3 behind', '4 behind']);
  // It has told nobody that it is done before its own table shows what it wrote.
  for (const table of tables) table.showAll();
  await second.caughtUp();
  expect((await harness.stream(`session-${story[0]!.data.sessionKey}`)).map(({ type }) => type)).toEqual([
    'SessionStarted',
  ]);
  await second.close();
  await harness.close();
});

async function parked(harness: Harness): Promise<string[]> {
  const table = await harness.bus.openTable(TOPICS.deadLetters);
  const found = lettersIn(table).map(({ record, reason }) => {
    const { data } = JSON.parse(String(record.value)) as (typeof story)[number];
    return `${data.seqNo} ${reason}`;
  });
  await table.close();
  return found;
}

async function untilParked(harness: Harness, what: string): Promise<void> {
  for (let looks = 0; looks < 2_000; looks++) {
    if ((await parked(harness)).includes(what)) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`${what} was not parked, but ${(await parked(harness)).join(', ')}`);
}
