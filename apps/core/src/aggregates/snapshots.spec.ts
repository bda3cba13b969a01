import { chargerStream, sessionStream, snapshotStream, TOPICS, type ChargerEvent } from '@chargestream/contracts';
import { chargerDecider, connectorDecider, sessionDecider, stateFromJson, stateToJson } from '@chargestream/domain';
import {
  at,
  CHARGER,
  event,
  meterValues16,
  register,
  start16,
  stop16,
  TENANT,
  tx2,
} from '@chargestream/domain/testing';
import type { EventStore, NewEvent } from '@chargestream/event-store';
import fc from 'fast-check';
import { decideChargerEvent } from '../charger-events/decide-charger-event';
import { Harness } from '../testing/harness';
import { AggregateStore } from './aggregate-store';
import { decideAndAppend } from './unit-of-work';

let harness: Harness;
let chargers = 0;
beforeEach(async () => {
  harness = await Harness.open();
});
afterEach(() => harness.close());

/** Counts the events that were read. */
function counting(store: EventStore) {
  const read = { events: 0 };
  const counted = new Proxy(store, {
    get(target, name) {
      if (name === 'readStream') {
        return async function* (...args: Parameters<EventStore['readStream']>) {
          for await (const one of target.readStream(...args)) {
            read.events += 1;
            yield one;
          }
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { read, store: counted };
}

async function deliver(aggregates: AggregateStore, events: readonly ChargerEvent[]): Promise<void> {
  for (const one of events) {
    await decideAndAppend(
      aggregates,
      async () => undefined,
      (unit) => decideChargerEvent(unit, one),
    );
    await aggregates.idle();
  }
}

const seen = (n: number) => event('ChargerSeen', {}, { id: `seen-${n}` });
const charger = chargerStream(TENANT, CHARGER);

async function snapshotOf(stream: string) {
  return (await harness.stream(snapshotStream(stream))).at(-1);
}

/** Puts an event on top of the snapshots of a stream. */
async function putOnTop(stream: string, data: unknown): Promise<void> {
  const newest = await snapshotOf(stream);
  const id = `00000000-0000-5000-8000-${String(newest?.revision ?? 0).padStart(12, '0')}`;
  const broken: NewEvent = { id, type: 'AggregateSnapshot', data, metadata: {} };
  await harness.store.append(snapshotStream(stream), [broken], newest?.revision ?? 'no-stream');
}

const minute = fc.nat(60);
const valueWh = fc.oneof(fc.nat(5_000), fc.constantFrom(-1, null));
const anyEvent: fc.Arbitrary<ChargerEvent> = fc.oneof(
  minute.map((n) => start16(n, { transactionId: String(n) })),
  minute.map((n) => stop16(n, { transactionId: String(n) })),
  fc.tuple(minute, valueWh).map(([n, wh]) => meterValues16(n, [register(wh, n)], { transactionId: String(n % 7) })),
  fc
    .tuple(minute, fc.constantFrom('not a time', at(3)), valueWh)
    .map(([n, timestamp, wh]) => tx2('Updated', n, n, { samples: [register(wh, n, { timestamp })] })),
  minute.map((n) => tx2('Started', n, n, { samples: [register(900, n, { timestamp: 'not a time' })] })),
  minute.map((n) => tx2('Ended', n, n)),
  fc.tuple(minute, fc.constantFrom('Available', 'Charging', 'Faulted')).map(([n, status]) =>
    event('ConnectorStatusReported', {
      evseId: 1,
      connectorId: 1,
      status,
      errorCode: 'NoError',
      info: null,
      vendorId: null,
      vendorErrorCode: null,
      reportedAt: at(n),
    }),
  ),
  fc.nat().map(seen),
);

const deciders = [
  ['charger-', chargerDecider],
  ['session-', sessionDecider],
  ['connector-', connectorDecider],
] as const;

describe('snapshots', () => {
  it('make no difference to what is loaded, whatever happened', async () => {
    let withSnapshot = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { minLength: 10, maxLength: 60 }), async (random) => {
        const chargerId = `CP-r${chargers++}`;
        const events = random.map((one, index) => {
          const own = { ...one, chargerId, id: `${chargerId}-${index}` } as ChargerEvent;
          if (own.type !== 'TransactionReported' || own.data.sessionKey === null) return own;
          return { ...own, data: { ...own.data, sessionKey: `${own.data.sessionKey}-${chargerId}` } };
        });
        await deliver(new AggregateStore(harness.store, 100, { snapshotEvery: 3 }), events);
        for await (const { stream, data } of harness.store.readAll({ streamPrefixes: ['snapshot-'] })) {
          const of = stream.slice('snapshot-'.length);
          if (!of.includes(chargerId)) continue;
          const decider = deciders.find(([prefix]) => of.startsWith(prefix))![1];
          const fast = await new AggregateStore(harness.store, 1).load(decider, of, 'newest');
          const whole = await new AggregateStore(harness.store, 1).load(
            { ...decider, stateVersion: undefined },
            of,
            'newest',
          );
          expect(fast.snapshots!.mark.revision).toBeGreaterThanOrEqual((data as { revision: number }).revision);
          expect({ state: fast.state, revision: fast.revision }).toEqual({
            state: whole.state,
            revision: whole.revision,
          });
          withSnapshot += 1;
        }
      }),
      { numRuns: 25 },
    );
    expect(withSnapshot).toBeGreaterThan(50);
  }, 60_000);

  it('keep numbers that JSON has not', () => {
    const state = { status: 'x', a: [-Infinity, { b: Infinity }], c: NaN, d: '-Infinity', e: null, f: 0.1 };
    expect(stateFromJson(JSON.parse(JSON.stringify(stateToJson(state))))).toEqual(state);
  });

  it('bound what is read after a restart', async () => {
    await deliver(
      new AggregateStore(harness.store, 10, { snapshotEvery: 50 }),
      Array.from({ length: 430 }, (_, n) => seen(n)),
    );
    const { read, store } = counting(harness.store);
    const { revision } = await new AggregateStore(store, 10).load(chargerDecider, charger, 'newest');
    expect(revision).toBe((await harness.stream(charger)).length - 1);
    expect(revision).toBeGreaterThan(400);
    expect(read.events).toBeLessThanOrEqual(50 + 2);
    const kept = await harness.stream(snapshotStream(charger));
    expect(kept).toHaveLength(1);
    expect(kept[0]!.revision).toBeGreaterThanOrEqual(7);
  });

  it.each([
    ['of another version', (data: object) => ({ ...data, stateVersion: 99 })],
    ['that are no state', (data: object) => ({ ...data, state: 'x' })],
    ['whose state was changed', (data: object) => ({ ...data, state: { status: 'registered' } })],
    ['of another stream', (data: object) => ({ ...data, stream: 'charger-other' })],
    ['that end with another event', (data: object) => ({ ...data, lastEventId: 'other' })],
    ['from ahead of the stream', (data: object) => ({ ...data, revision: 9_999 })],
    ['that are nothing', () => null],
  ])('%s are passed over, and newer ones written', async (_, spoil) => {
    await deliver(
      new AggregateStore(harness.store, 10, { snapshotEvery: 5 }),
      Array.from({ length: 13 }, (_, n) => seen(n)),
    );
    await putOnTop(charger, spoil((await snapshotOf(charger))!.data as object));
    const aggregates = new AggregateStore(harness.store, 10, { snapshotEvery: 5 });
    const { state, revision } = await aggregates.load(chargerDecider, charger, 'newest');
    const whole = await new AggregateStore(harness.store, 1).load(
      { ...chargerDecider, stateVersion: undefined },
      charger,
      'newest',
    );
    expect({ state, revision }).toEqual({ state: whole.state, revision: whole.revision });
    await deliver(aggregates, [seen(100)]);
    expect((await snapshotOf(charger))!.data).toMatchObject({
      stateVersion: chargerDecider.stateVersion,
      revision: Number(revision) + 1,
    });
  });

  it('that cannot be written fail nothing', async () => {
    const store = new Proxy(harness.store, {
      get(target, name) {
        if (name === 'append') {
          return (...args: Parameters<EventStore['append']>) =>
            args[0].startsWith('snapshot-') ? Promise.reject(new Error('no')) : target.append(...args);
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await deliver(
      new AggregateStore(store, 10, { snapshotEvery: 5 }),
      Array.from({ length: 13 }, (_, n) => seen(n)),
    );
    expect(await harness.types(charger)).toHaveLength(14);
  });

  it('carry a long session through a restart, and nothing takes them for facts', async () => {
    await harness.start();
    const samples = Array.from({ length: 230 }, (_, n) => meterValues16(n + 1, [register(1_000 + n, n + 1)]));
    await harness.report(start16(0), ...samples);
    await harness.settled();
    await harness.stop();
    const session = sessionStream(start16(0).data.sessionKey as string);
    expect((await snapshotOf(session))!.data).toMatchObject({ stream: session, stateVersion: 1 });
    await harness.restart();
    await harness.report(stop16(400));
    await harness.settled();
    expect((await harness.stream(session)).at(-1)).toMatchObject({ type: 'SessionEnded', data: { energyWh: 4_000 } });
    expect(await harness.records(TOPICS.deadLetters)).toEqual([]);
  });
});
