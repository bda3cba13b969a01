import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TOPICS, upcasting, type Upcaster } from '@chargestream/contracts';
import type { EventStore } from '@chargestream/event-store';
import { storeEveryFact } from './testing/every-fact';
import { Harness } from './testing/harness';
import { readySigner } from './testing/ready-signer';
import { eventsIn, fill, shows, type StoredFixture } from './testing/stored-fixture';

const ROOT = path.resolve(__dirname, '../../..');
const FIXTURES = path.join(ROOT, 'libs/contracts/fixtures');
const releases = readdirSync(path.join(ROOT, 'schemas/released'));

function read(release: string): StoredFixture {
  return JSON.parse(readFileSync(path.join(FIXTURES, `stored-${release}.json`), 'utf8')) as StoredFixture;
}

/** Types of facts that have a schema. */
function factsIn(folder: string): string[] {
  const names = readdirSync(path.join(ROOT, folder, 'stored')).map((name) => name.replace('.json', ''));
  return names.filter((name) => name !== 'StoredMetadata').sort();
}
const typesOf = (events: readonly { type: string }[]) => [...new Set(events.map(({ type }) => type))].sort();

let harness: Harness;
beforeEach(async () => (harness = await Harness.open()));
afterEach(() => harness.close());

/** A core of today on a store with these events. */
async function coreOn(events: StoredFixture['events'], upcasters?: readonly Upcaster[]): Promise<void> {
  await fill(harness.store, events);
  harness.wrapStore = (store) => upcasting<EventStore>(store, upcasters);
  await harness.start();
  await harness.settled();
}

it('the run of which fixtures are made stores every type of fact there is', async () => {
  harness.signer = readySigner;
  await harness.start();
  await storeEveryFact(harness);
  expect(typesOf(await eventsIn(harness.store))).toEqual(factsIn('schemas/events'));
});

describe.each(releases)('a store that %s has written', (release) => {
  const fixture = read(release);

  it('is kept, with every type of fact of that release', () => {
    expect(fixture.release).toBe(release);
    expect(typesOf(fixture.events)).toEqual(factsIn(`schemas/released/${release}`));
  });

  it('shows and publishes what it did', async () => {
    await coreOn(fixture.events);
    const now = await shows(harness);
    for (const [topic, values] of Object.entries(fixture.shows.topics)) {
      expect(values.length).toBeGreaterThan(0);
      expect(now.topics[topic]).toMatchObject(values as object[]);
    }
    expect(now.sessions).toMatchObject(fixture.shows.sessions);
    expect(now.chargers).toMatchObject(fixture.shows.chargers);
  });

  it('knows what chargers repeat, and goes on', async () => {
    await coreOn(fixture.events);
    await harness.report(...fixture.repeated);
    await harness.settled();
    expect(await eventsIn(harness.store)).toEqual(fixture.events);
    const published = (await harness.records(TOPICS.sessionEvents)).length;
    const [started] = fixture.repeated.filter(({ type }) => type === 'TransactionReported');
    const another = { ...started!, id: 'another', data: { ...started!.data, sessionKey: 'f'.repeat(32) } };
    await harness.report(another as typeof started & object);
    await harness.settled();
    expect((await harness.records(TOPICS.sessionEvents)).length).toBeGreaterThan(published);
  });
});

it('an older shape than any is lifted on its way to aggregates, read model and topics', async () => {
  const fixture = read('0.1.0');
  // As if the energy of an ended session had once been stored in kWh, under another name.
  const older = fixture.events.map((one) => {
    if (one.type !== 'SessionEnded') return one;
    const { energyWh, ...data } = one.data as { energyWh: number | null };
    return { ...one, data: { ...data, energyKwh: energyWh === null ? null : energyWh / 1000 } };
  });
  const lift: Upcaster = {
    type: 'SessionEnded',
    from: 1,
    up: ({ type, data }) => {
      const { energyKwh, ...rest } = data as { energyKwh: number | null };
      return { type, data: { ...rest, energyWh: energyKwh === null ? null : energyKwh * 1000 } };
    },
  };
  await coreOn(older, [lift]);
  const now = await shows(harness);
  // Later releases may tell more of a session, and nothing else of what was told.
  expect(now.sessions).toMatchObject(fixture.shows.sessions);
  expect(now.topics[TOPICS.sessionEvents]).toEqual(fixture.shows.topics[TOPICS.sessionEvents]);
  await harness.report(...fixture.repeated);
  await harness.settled();
  expect(await eventsIn(harness.store)).toEqual(older);
});
