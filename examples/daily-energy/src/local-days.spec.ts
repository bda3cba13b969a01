import { LocalDays } from './local-days';

const ms = (text: string) => Date.parse(text);

describe('local days', () => {
  it('cut an interval at each local midnight', () => {
    const days = new LocalDays('Europe/Berlin');
    expect(days.split(ms('2026-06-01T20:00:00Z'), ms('2026-06-02T00:00:00Z'))).toEqual([
      { day: '2026-06-01', share: 0.5 },
      { day: '2026-06-02', share: 0.5 },
    ]);
    expect(new LocalDays('UTC').split(ms('2026-06-01T20:00:00Z'), ms('2026-06-02T00:00:00Z'))).toEqual([
      { day: '2026-06-01', share: 1 },
    ]);
  });

  it.each([
    ['2026-03-29', '2026-03-28T23:00:00Z', 23],
    ['2026-10-25', '2026-10-24T22:00:00Z', 25],
    ['2026-06-01', '2026-05-31T22:00:00Z', 24],
  ])('know that %s has as many hours as it has', (day, from, hours) => {
    const whole = 100 * 3_600_000;
    const [first] = new LocalDays('Europe/Berlin').split(ms(from), ms(from) + whole);
    expect(first).toEqual({ day, share: (hours * 3_600_000) / whole });
  });

  it('give all of it, whatever the interval', () => {
    const days = new LocalDays('America/St_Johns');
    for (let hours = 1; hours < 200; hours += 7) {
      const shares = days.split(ms('2026-10-30T13:37:11Z'), ms('2026-10-30T13:37:11Z') + hours * 3_600_000);
      expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
      expect(new Set(shares.map(({ day }) => day)).size).toBe(shares.length);
    }
  });

  it('take an interval that is none as the day of its end', () => {
    const days = new LocalDays('UTC');
    expect(days.split(ms('2026-06-02T00:00:00Z'), ms('2026-06-01T00:00:00Z'))).toEqual([
      { day: '2026-06-01', share: 1 },
    ]);
  });

  it('name a time zone that is none', () => {
    expect(() => new LocalDays('Berlin')).toThrow(
      'There is no time zone Berlin: use a name such as Europe/Berlin or UTC',
    );
  });
});
