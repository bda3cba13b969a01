import { seededRandom, type Random } from '../random';
import type { ChargingProfile, InstalledProfile } from './charging-profile';
import { compositeSchedule, limitAt, type ScheduleQuestion } from './composite-schedule';

const START_MS = Date.parse('2026-03-04T10:00:00Z');
const HOUR_S = 3_600;
const DAY_S = 86_400;
const iso = (ms: number) => new Date(ms).toISOString();

const ask = (profiles: InstalledProfile[], more: Partial<ScheduleQuestion> = {}): ScheduleQuestion => ({
  profiles,
  connectorId: 1,
  startMs: START_MS,
  durationS: DAY_S,
  unit: 'W',
  transaction: { startedMs: START_MS - 600_000, transactionId: 7 },
  maximumW: 22_000,
  ...more,
});

function profile(limitW: number, more: Partial<ChargingProfile> = {}, connectorId = 1): InstalledProfile {
  const base: ChargingProfile = {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: {
      startSchedule: iso(START_MS - 1_000),
      chargingRateUnit: 'W',
      chargingSchedulePeriod: [{ startPeriod: 0, limit: limitW }],
    },
  };
  return { connectorId, profile: { ...base, ...more } };
}

describe('composite schedule', () => {
  it('is the hardware alone without profiles', () => {
    expect(compositeSchedule(ask([]))).toEqual([{ startPeriod: 0, limit: 22_000 }]);
  });

  it('takes the lower of ChargePointMaxProfile and the rest', () => {
    const cap = profile(5_000, { chargingProfilePurpose: 'ChargePointMaxProfile' }, 0);
    expect(compositeSchedule(ask([cap, profile(7_000)]))).toEqual([{ startPeriod: 0, limit: 5_000 }]);
    expect(compositeSchedule(ask([cap, profile(3_000)]))).toEqual([{ startPeriod: 0, limit: 3_000 }]);
    expect(compositeSchedule(ask([cap, profile(3_000)], { connectorId: 0 }))).toEqual([
      { startPeriod: 0, limit: 5_000 },
    ]);
  });

  it('lets a TxProfile overrule the default, up or down, and only in its transaction', () => {
    const mine = profile(9_000, { chargingProfilePurpose: 'TxProfile', transactionId: 7 });
    expect(compositeSchedule(ask([profile(3_000), mine]))[0]!.limit).toBe(9_000);
    expect(compositeSchedule(ask([profile(3_000), mine], { transaction: null }))[0]!.limit).toBe(3_000);
    const other = profile(9_000, { chargingProfilePurpose: 'TxProfile', transactionId: 8 });
    expect(compositeSchedule(ask([profile(3_000), other]))[0]!.limit).toBe(3_000);
  });

  it('falls to the next stackLevel where the highest says nothing', () => {
    const high = profile(9_000, {
      stackLevel: 2,
      validFrom: iso(START_MS + HOUR_S * 1000),
      validTo: iso(START_MS + 2 * HOUR_S * 1000),
    });
    expect(compositeSchedule(ask([profile(3_000), high]))).toEqual([
      { startPeriod: 0, limit: 3_000 },
      { startPeriod: HOUR_S, limit: 9_000 },
      { startPeriod: 2 * HOUR_S, limit: 3_000 },
    ]);
  });

  it('takes a connector’s own default before that of connector 0 at the same level', () => {
    expect(compositeSchedule(ask([profile(3_000, {}, 0), profile(4_000)]))[0]!.limit).toBe(4_000);
    expect(compositeSchedule(ask([profile(3_000, {}, 0), profile(4_000)], { connectorId: 2 }))[0]!.limit).toBe(3_000);
  });

  it('counts a relative schedule from the start of the transaction', () => {
    const relative = profile(0, {
      chargingProfileKind: 'Relative',
      chargingSchedule: {
        duration: HOUR_S,
        chargingRateUnit: 'W',
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 11_000 },
          { startPeriod: 1_200, limit: 6_000 },
        ],
      },
    });
    // It began ten minutes ago.
    expect(compositeSchedule(ask([relative]))).toEqual([
      { startPeriod: 0, limit: 11_000 },
      { startPeriod: 600, limit: 6_000 },
      { startPeriod: HOUR_S - 600, limit: 22_000 },
    ]);
  });

  it.each([
    ['Daily', DAY_S],
    ['Weekly', 7 * DAY_S],
  ] as const)('repeats a %s schedule', (recurrencyKind, everyS) => {
    const recurring = profile(0, {
      chargingProfileKind: 'Recurring',
      recurrencyKind,
      chargingSchedule: {
        // Two recurrences ago, an hour later in the day.
        startSchedule: iso(START_MS + (HOUR_S - 2 * everyS) * 1000),
        duration: 2 * HOUR_S,
        chargingRateUnit: 'W',
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 6_000 }],
      },
    });
    expect(compositeSchedule(ask([recurring], { durationS: everyS + 2 * HOUR_S }))).toEqual([
      { startPeriod: 0, limit: 22_000 },
      { startPeriod: HOUR_S, limit: 6_000 },
      { startPeriod: 3 * HOUR_S, limit: 22_000 },
      { startPeriod: everyS + HOUR_S, limit: 6_000 },
    ]);
  });

  it('converts amperes by the phases of the period', () => {
    const amperes = profile(0, {
      chargingSchedule: {
        startSchedule: iso(START_MS - 1_000),
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, numberPhases: 1 }],
      },
    });
    expect(compositeSchedule(ask([amperes]))[0]!.limit).toBe(3_680);
    expect(compositeSchedule(ask([amperes], { unit: 'A' }))[0]!.limit).toBe(5.3);
  });
});

/** Any profile a CSMS could send. */
function anyProfile(random: Random, id: number): InstalledProfile {
  const purpose = random.pick(['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'] as const);
  const kind = random.pick(['Absolute', 'Recurring', 'Relative'] as const);
  const near = () => iso(START_MS + random.integer(-3 * DAY_S, 3 * DAY_S) * 1000);
  const periods = Array.from({ length: random.integer(1, 4) }, (_, index) => ({
    startPeriod: index * random.integer(600, 2 * HOUR_S),
    limit: random.integer(0, 220) * 100,
  }));
  return {
    connectorId: purpose === 'ChargePointMaxProfile' ? 0 : purpose === 'TxProfile' ? 1 : random.integer(0, 1),
    profile: {
      chargingProfileId: id,
      ...(random.chance(0.3) && { transactionId: random.pick([7, 8]) }),
      stackLevel: random.integer(0, 5),
      chargingProfilePurpose: purpose,
      chargingProfileKind: kind,
      ...(kind === 'Recurring' && { recurrencyKind: random.pick(['Daily', 'Weekly'] as const) }),
      ...(random.chance(0.3) && { validFrom: near() }),
      ...(random.chance(0.3) && { validTo: near() }),
      chargingSchedule: {
        ...(random.chance(0.5) && { duration: random.integer(600, DAY_S) }),
        ...(kind !== 'Relative' && { startSchedule: near() }),
        chargingRateUnit: 'W',
        chargingSchedulePeriod: periods,
      },
    },
  };
}

describe('composite schedules of any profiles', () => {
  const worlds = Array.from({ length: 300 }, (_, seed) => {
    const random = seededRandom(`schedule/${seed}`);
    const profiles = Array.from({ length: random.integer(0, 6) }, (_, id) => anyProfile(random, id));
    return { random, question: ask(profiles, { durationS: 2 * DAY_S }) };
  });
  const at = (periods: { startPeriod: number; limit: number }[], offsetS: number) =>
    periods.findLast(({ startPeriod }) => startPeriod <= offsetS)!.limit;

  it('say at every moment what holds at that moment', () => {
    for (const { random, question } of worlds) {
      const periods = compositeSchedule(question);
      for (let probe = 0; probe < 50; probe++) {
        const offsetS = random.integer(0, question.durationS - 1);
        expect(at(periods, offsetS)).toBe(limitAt(question, START_MS + offsetS * 1000));
      }
    }
  });

  it('begin at 0, rise in time, and change with every period', () => {
    for (const { question } of worlds) {
      const periods = compositeSchedule(question);
      expect(periods[0]!.startPeriod).toBe(0);
      periods.slice(1).forEach((period, index) => {
        expect(period.startPeriod).toBeGreaterThan(periods[index]!.startPeriod);
        expect(period.startPeriod).toBeLessThan(question.durationS);
        expect(period.limit).not.toBe(periods[index]!.limit);
      });
    }
  });

  it('never exceed the cap, nor the hardware, and other caps only ever lower them', () => {
    for (const { random, question } of worlds) {
      const capW = random.integer(0, 300) * 100;
      const cap = profile(
        capW,
        {
          chargingProfilePurpose: 'ChargePointMaxProfile',
          stackLevel: 10,
          chargingSchedule: {
            startSchedule: iso(START_MS - 1),
            chargingRateUnit: 'W',
            chargingSchedulePeriod: [{ startPeriod: 0, limit: capW }],
          },
        },
        0,
      );
      const rest = question.profiles.filter(
        ({ profile: { chargingProfilePurpose } }) => chargingProfilePurpose !== 'ChargePointMaxProfile',
      );
      const without = compositeSchedule({ ...question, profiles: rest });
      for (const { startPeriod, limit } of compositeSchedule({ ...question, profiles: [...rest, cap] })) {
        expect(limit).toBe(Math.min(capW, at(without, startPeriod)));
        expect(limit).toBeLessThanOrEqual(question.maximumW);
      }
    }
  });

  it('do not depend on the order in which profiles were installed', () => {
    for (const { question } of worlds) {
      const keys = question.profiles.map(
        ({ connectorId, profile: { chargingProfilePurpose: purpose, stackLevel } }) =>
          `${connectorId}/${purpose}/${stackLevel}`,
      );
      // A charger never holds two of one key.
      const profiles = question.profiles.filter((_, index) => keys.indexOf(keys[index]!) === index);
      expect(compositeSchedule({ ...question, profiles: [...profiles].reverse() })).toEqual(
        compositeSchedule({ ...question, profiles }),
      );
    }
  });
});
