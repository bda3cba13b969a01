import {
  chargerEventRecord,
  chargerKey,
  sessionStream,
  TOPICS,
  type ChargerEvent,
  type ChargerEventOf,
} from '@chargestream/contracts';
import { CHARGER, register, TENANT, tx2 } from '@chargestream/domain/testing';
import { BusUnavailableError, type BusRecord, type EventBus } from '@chargestream/event-bus';
import { seeded } from '../testing/any-day';
import { Harness } from '../testing/harness';
import { intent } from '../testing/intents';
import { refusing } from '../testing/refusing-store';
import { noLetterRecord, replayRecord } from './letter';
import { lettersIn } from './cli/letters';

const KEY = chargerKey(TENANT, CHARGER);
/** Ten events of one transaction, in order. */
const story = [
  tx2('Started', 0, 0),
  ...Array.from({ length: 8 }, (_, n) => tx2('Updated', n + 1, n + 1, { samples: [register(100 * (n + 1), n + 1)] })),
  tx2('Ended', 9, 10),
];
const SESSION = sessionStream(String(story[0]!.data.sessionKey));

let harness: Harness;
const poison = new Set<string>();
beforeEach(async () => {
  poison.clear();
  harness = await Harness.open();
  harness.wrapStore = (store) => refusing(store, poison);
});
afterEach(() => harness.close());

async function letters() {
  await harness.settled();
  const table = await harness.bus.openTable(TOPICS.deadLetters);
  const found = lettersIn(table);
  await table.close();
  return found;
}

/** The seqNos parked, with what each is parked for. */
const parked = async () =>
  (await letters()).map(({ record, reason }) => {
    const { data } = JSON.parse(String(record.value)) as ChargerEventOf<'TransactionReported'>;
    return `${data.seqNo} ${reason}`;
  });
const storedSeqNos = async () => {
  await harness.settled();
  const facts = (await harness.stream(SESSION)).filter(({ type }) => type !== 'SessionAnomalyDetected');
  return facts.map(({ data }) => (data as { seqNo: number }).seqNo);
};
const replayFirst = async (attempt = 'a') => harness.bus.publish([replayRecord((await letters())[0]!, attempt)]);

describe('a record that cannot be handled', () => {
  it('parks its charger: later records wait behind it in order, those of others go on', async () => {
    poison.add(story[2]!.id);
    await harness.start();
    await harness.report(...story.slice(0, 5));
    await harness.report(...story.slice(5).flatMap((one) => [one, ofOther(one)]));
    expect(await parked()).toEqual(['2 poison', ...[3, 4, 5, 6, 7, 8, 9].map((n) => `${n} behind`)]);
    expect(await storedSeqNos()).toEqual([0, 1]);
    expect((await harness.stream(sessionStream('other'))).at(-1)?.type).toBe('SessionEnded');
    const [first, second] = await letters();
    expect(first).toMatchObject({ error: `refused because of ${story[2]!.id}`, record: { key: KEY } });
    expect(second).toMatchObject({ error: `waits for ${first!.id}` });
    expect(String(first!.record.value)).toBe(JSON.stringify(story[2]));
  });

  it('is parked once, however often it comes', async () => {
    poison.add(story[1]!.id);
    await harness.start();
    const fiveTimes = story.slice(0, 4).flatMap((one) => [one, one, one, one, one]);
    await harness.report(...fiveTimes);
    await harness.report(...fiveTimes);
    expect(await parked()).toEqual(['1 poison', '2 behind', '3 behind', '0 behind']);
  });

  it('that comes again because its batch failed elsewhere is parked once', async () => {
    poison.add(story[1]!.id);
    const failOnce = new Set([TOPICS.deadLetters as string]);
    const { publish } = harness.bus;
    harness.bus.publish = async (records: readonly BusRecord[]) => {
      const positions = await publish.call(harness.bus, records);
      if (records.some(({ topic }) => failOnce.delete(topic))) throw new BusUnavailableError('not known to be written');
      return positions;
    };
    await harness.start();
    await harness.report(...story.slice(0, 4));
    expect(await parked()).toEqual(['1 poison', '2 behind', '3 behind']);
    expect(failOnce.size).toBe(0);
  });

  it('is still known after a restart', async () => {
    poison.add(story[1]!.id);
    await harness.start();
    await harness.report(...story.slice(0, 3));
    await harness.settled();
    await harness.restart();
    await harness.report(story[3]!);
    expect(await parked()).toEqual(['1 poison', '2 behind', '3 behind']);
    expect(await storedSeqNos()).toEqual([0]);
  });

  it('and has no value is kept as such', async () => {
    await harness.start();
    await harness.bus.publish([{ topic: TOPICS.chargerEvents, key: KEY, value: null, headers: { a: 'b' } }]);
    expect(await letters()).toMatchObject([{ reason: 'poison', record: { value: null, headers: { a: 'b' } } }]);
  });

  it('shows in the metrics', async () => {
    harness.measured = true;
    poison.add(story[1]!.id);
    await harness.start();
    await harness.report(...story.slice(0, 4));
    await harness.settled();
    const { body } = await harness.metrics.exposition();
    expect(body).toContain('chargestream_core_parked_keys 1');
    const counter = (reason: string, count: number) =>
      `chargestream_core_dead_letters_total{topic="${TOPICS.chargerEvents}",reason="${reason}"} ${count}`;
    expect(body).toContain(counter('poison', 1));
    expect(body).toContain(counter('behind', 2));
  });
});

describe('a letter that is replayed', () => {
  it('lets what waits behind it go in its order, before anything newer', async () => {
    poison.add(story[2]!.id);
    await harness.start();
    await harness.report(...story.slice(0, 6));
    await parked();
    poison.clear();
    await replayFirst();
    await harness.report(...story.slice(6));
    expect(await parked()).toEqual([]);
    expect(await storedSeqNos()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect((await harness.stream(SESSION)).at(-1)).toMatchObject({ data: { incomplete: false } });
    expect((await harness.types(SESSION)).filter((type) => type === 'SessionAnomalyDetected')).toEqual([]);
  });

  it('goes back with the new error when it fails again, and keeps its place', async () => {
    poison.add(story[1]!.id);
    await harness.start();
    await harness.report(...story.slice(0, 4));
    const before = await letters();
    await replayFirst('second');
    const after = await letters();
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(after[0]).toMatchObject({ attempt: 'second', reason: 'poison', parkedAt: before[0]!.parkedAt });
    expect(after.slice(1)).toEqual(before.slice(1));
    expect(await storedSeqNos()).toEqual([0]);
  });

  it('stops at the next one that cannot be handled', async () => {
    poison.add(story[1]!.id).add(story[3]!.id);
    await harness.start();
    await harness.report(...story.slice(0, 5));
    await parked();
    poison.delete(story[1]!.id);
    await replayFirst();
    expect(await parked()).toEqual(['3 poison', '4 behind']);
    expect(await storedSeqNos()).toEqual([0, 1, 2]);
    const [, behind] = await letters();
    await harness.bus.publish([replayRecord(behind!, 'b')]);
    expect(await parked()).toEqual(['3 poison', '4 behind']);
  });

  it('twice is handled once', async () => {
    poison.add(story[1]!.id);
    await harness.start();
    await harness.report(...story);
    const [first] = await letters();
    poison.clear();
    await harness.bus.publish([replayRecord(first!, 'a'), replayRecord(first!, 'b'), replayRecord(first!, 'c')]);
    expect(await parked()).toEqual([]);
    expect(await storedSeqNos()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('of an intent goes when it is handled, and stays with its error when it is not', async () => {
    await harness.start();
    const wish = intent('RegisterCharger', { displayName: null, registration: 'ACCEPTED', credentials: null });
    const bad = { topic: TOPICS.intents, key: KEY, value: Buffer.from('{'), headers: {} };
    const good = { ...bad, value: Buffer.from(JSON.stringify(wish)) };
    await harness.bus.publish([bad]);
    const [letter] = await letters();
    expect(letter).toMatchObject({ reason: 'poison', record: { topic: TOPICS.intents } });
    await harness.bus.publish([replayRecord(letter!, 'again')]);
    expect(await letters()).toMatchObject([{ id: letter!.id, attempt: 'again' }]);
    // Intents hold nobody up.
    await harness.report(story[0]!);
    expect(await storedSeqNos()).toEqual([0]);
    await harness.bus.publish([{ ...good, headers: { ...replayRecord(letter!, 'c').headers } }]);
    expect(await letters()).toEqual([]);
  });
});

it('what waited behind a discarded letter goes before the next message', async () => {
  poison.add(story[1]!.id);
  await harness.start();
  await harness.report(...story.slice(0, 5));
  const [first] = await letters();
  await harness.bus.publish([noLetterRecord(first!.id)]);
  expect(await storedSeqNos()).toEqual([0]);
  await harness.report(...story.slice(5));
  expect(await parked()).toEqual([]);
  expect(await storedSeqNos()).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'nothing is lost, doubled or out of order while bus and core fail at any time (seed %i)',
  async (seed) => {
    const next = seeded(seed);
    let faults = 30;
    const failing = (bus: EventBus) => {
      const { publish } = bus;
      bus.publish = async (records: readonly BusRecord[]) => {
        const isOfLetters = records.some(({ topic }) => topic === TOPICS.deadLetters);
        const chance = isOfLetters && faults > 0 ? next() : 0.5;
        if (chance < 0.25) faults -= 1;
        if (chance < 0.25) throw new BusUnavailableError('died before');
        const positions = await publish.call(bus, records);
        if (chance > 0.75) faults -= 1;
        if (chance > 0.75) throw new BusUnavailableError('died after');
        return positions;
      };
    };
    failing(harness.bus);
    await harness.start();
    for (const one of story) {
      if (next() < 0.3) poison.add(one.id);
      if (next() < 0.2) poison.clear();
      await harness.bus.publish(Array.from({ length: 1 + Math.floor(next() * 3) }, () => recordOf(one)));
      if (next() < 0.3) {
        const [first] = await letters();
        if (first !== undefined) await harness.bus.publish([replayRecord(first, 'r')]);
      }
      if (next() < 0.2) {
        await harness.restart();
        failing(harness.bus);
      }
    }
    poison.clear();
    const [first] = await letters();
    if (first !== undefined) await harness.bus.publish([replayRecord(first, 'last')]);
    expect(await letters()).toEqual([]);
    expect(await storedSeqNos()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect((await harness.stream(SESSION)).at(-1)).toMatchObject({ type: 'SessionEnded', data: { incomplete: false } });
  },
  20_000,
);

function recordOf(one: ChargerEvent): BusRecord {
  return chargerEventRecord(one, '/connect/connect-1');
}

function ofOther(one: (typeof story)[number]): ChargerEvent {
  return { ...one, id: `other ${one.id}`, chargerId: 'CP-2', data: { ...one.data, sessionKey: 'other' } };
}
