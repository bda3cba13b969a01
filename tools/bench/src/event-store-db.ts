// Appends and catch-up of the event store through the adapter for EventStoreDB and its double, against the embedded store that
// lies behind the double: what the protocol and the adapter cost. After `npm run build`: node tools/bench/dist/event-store-db.js
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { EventStore, NewEvent } from '@chargestream/event-store';
import { openEmbeddedEventStore } from '@chargestream/event-store/embedded';
import { openEventStoreDb } from '@chargestream/event-store/eventstoredb';
import { spawnEventStoreDouble } from '@chargestream/eventstore-double';

const HELP = `Appends and catch-up a second: through the adapter for EventStoreDB and its double, and the embedded store directly.

  --events <n>   to append, one at a time per writer (default 20000)
  --writers <n>  at a time (default 100)
  --help

EVENTSTORE_URL measures a real server instead of the double. The double is a process of its own; it says nothing about how fast
EventStoreDB is.
`;

const print = (text: string) => void process.stdout.write(`${text}\n`);
const SAMPLE = {
  meter: 'Energy.Active.Import.Register',
  valueWh: 12_345,
  at: '2026-01-01T00:00:00.000Z',
  pad: 'x'.repeat(300),
};
const newEvent = (): NewEvent => ({ id: randomUUID(), type: 'MeterValuesReceived', data: SAMPLE, metadata: {} });

interface Measured {
  appends: number;
  catchUp: number;
  readAll: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '20000' },
      writers: { type: 'string', default: '100' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return print(HELP);
  const [events, writers] = [Number(values.events), Number(values.writers)];
  const folder = mkdtempSync(path.join(tmpdir(), 'chargestream-bench-'));
  const given = process.env['EVENTSTORE_URL'];
  const double = given ? null : await spawnEventStoreDouble({ folder: path.join(folder, 'double') });
  try {
    const embedded = await measure(
      await openEmbeddedEventStore({ path: path.join(folder, 'store.db') }),
      events,
      writers,
    );
    const adapter = await measure(await openEventStoreDb({ url: given ?? double?.url ?? '' }), events, writers);
    const name = given ? 'EVENTSTORE_URL' : 'the double';
    for (const [what, key] of [
      [`appends, ${writers} writers`, 'appends'],
      ['events by catch-up', 'catchUp'],
      ['events by readAll', 'readAll'],
    ] as const) {
      const [a, b] = [adapter[key], embedded[key]];
      print(`${what}: ${a.toFixed(0)}/s through ${name}, ${b.toFixed(0)}/s embedded, ratio ${(a / b).toFixed(2)}`);
    }
  } finally {
    await double?.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(store: EventStore, events: number, writers: number): Promise<Measured> {
  const prefix = `bench${randomUUID()}`;
  const perWriter = Math.ceil(events / writers);
  const total = perWriter * writers;
  const appends = await perSecond(total, async () => {
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let n = 0; n < perWriter; n++) {
          await store.append(`${prefix}-${writer}`, [newEvent()], n === 0 ? 'no-stream' : n - 1);
        }
      }),
    );
  });
  let seen = 0;
  const catchUp = await perSecond(total, async () => {
    const subscription = await store.subscribe({
      from: null,
      streamPrefixes: [prefix],
      handle: async (batch) => void (seen += batch.length),
    });
    await subscription.caughtUp();
    await subscription.close();
  });
  let read = 0;
  const readAll = await perSecond(total, async () => {
    for await (const _ of store.readAll({ streamPrefixes: [prefix] })) read++;
  });
  await store.close();
  if (seen !== total || read !== total) throw new Error(`Of ${total} events ${seen} were followed and ${read} read.`);
  return { appends, catchUp, readAll };
}

async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (count * 1_000) / (performance.now() - startMs);
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  process.exit(1);
});
