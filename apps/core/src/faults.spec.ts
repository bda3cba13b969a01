import { STREAM_PREFIXES, type ChargerEvent } from '@chargestream/contracts';
import { CHARGER, event, meterValues16, register, start16, stop16, tx2 } from '@chargestream/domain/testing';
import { StoreUnavailableError } from '@chargestream/event-store';
import { around } from './testing/around-append';
import { Harness } from './testing/harness';

/** A day with everything that goes wrong in the field: lost stops, −1, late messages, gaps, reuse, retries. */
const day: ChargerEvent[] = [
  event('ConnectionOpened', { instanceId: 'i', connectionId: 'c', securityProfile: 0, remoteAddress: null }),
  start16(0),
  meterValues16(1, [register(1_100, 1)]),
  meterValues16(2, [register(1_200, 2)], { transactionId: null }),
  start16(10, { transactionId: '78' }),
  stop16(5),
  meterValues16(11, [register(1_300, 11)], { transactionId: '-1' }),
  stop16(20, { transactionId: '-1', token: { idToken: 'TAG', type: null } }),
  meterValues16(21, [register(1_400, 21)], { transactionId: '0' }),
  stop16(30, { transactionId: '4711' }),
  stop16(31, { transactionId: '0', token: { idToken: 'OTHER', type: null } }),
  start16(25, { transactionId: '79', token: { idToken: 'OTHER', type: null } }),
  tx2('Updated', 1, 40, { samples: [register(2_100, 40)] }),
  tx2('Started', 0, 39),
  tx2('Ended', 3, 45),
  tx2('Updated', 2, 44),
  tx2('Started', 0, 50),
  tx2('Updated', 1, 51),
  tx2('Ended', 2, 55),
];
/** Two chargers with the same day, their messages interleaved, some of them twice. */
const messages = day.flatMap((one, index) => {
  const two = ['CP-A', 'CP-B'].map(
    (chargerId) => ({ ...one, chargerId, id: `${chargerId} ${one.id}` }) as ChargerEvent,
  );
  const keyed = two.map((copy) =>
    copy.type === 'TransactionReported' && copy.data.sessionKey !== null
      ? { ...copy, data: { ...copy.data, sessionKey: `${copy.data.sessionKey}-${copy.chargerId}` } }
      : copy,
  );
  return index % 3 === 0 ? [...keyed, ...keyed] : keyed;
});

async function storedAfter(faultEvery: number | null, seed: number): Promise<Map<string, unknown[]>> {
  const harness = await Harness.open();
  let random = seed;
  let remaining = 12;
  const next = () => (random = (random * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  harness.wrapStore = (store) =>
    around(store, async (append) => {
      if (faultEvery === null || remaining === 0 || next() > 1 / faultEvery) return append();
      remaining -= 1;
      // The caller cannot know whether it was stored: half of the time it was.
      if (next() > 0.5) await append();
      throw new StoreUnavailableError('injected');
    });
  await harness.start();
  for (let from = 0; from < messages.length; from += 7) {
    await harness.report(...messages.slice(from, from + 7));
    if (faultEvery !== null && next() < 0.2) await harness.restart();
  }
  await harness.settled();
  const streams = new Map<string, unknown[]>();
  const streamPrefixes = Object.values(STREAM_PREFIXES);
  for await (const { stream, type, data } of harness.store.readAll({ streamPrefixes })) {
    streams.set(stream, [...(streams.get(stream) ?? []), { type, data }]);
  }
  await harness.close();
  return streams;
}

describe('faults of the store and restarts', () => {
  it.each([1, 2, 3, 4, 5])(
    'leave the same facts behind as a day without them (seed %i)',
    async (seed) => {
      const expected = await storedAfter(null, 0);
      expect(expected.size).toBeGreaterThan(10);
      expect([...expected.keys()].some((stream) => stream.includes(CHARGER))).toBe(false);
      expect(await storedAfter(3, seed)).toEqual(expected);
    },
    30_000,
  );
});
