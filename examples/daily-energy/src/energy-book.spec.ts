import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EnergyBook, type EnergyEvent, type IncomingEvent } from './energy-book';

/** Only what the book looks at. */
function event(id: string, type: string, data: object): IncomingEvent {
  return { id, event: { type, tenantId: 'default', chargerId: 'CP-1', data } as unknown as EnergyEvent };
}

const session = (more: object) => ({
  session: {
    sessionId: 's',
    state: 'ACTIVE',
    startedAt: '2026-06-01T22:00:00Z',
    endedAt: null,
    energyWh: null,
    ...more,
  },
});
const started = event('1', 'SessionStarted', session({}));
const reading = (id: string, timestamp: string, energyWh: number) =>
  event(id, 'MeterSamplesRecorded', { sessionId: 's', energyWh, samples: [{ timestamp }] });
const ended = (id: string, type: string, energyWh: number) =>
  event(id, type, session({ state: 'ENDED', endedAt: '2026-06-02T02:00:00Z', energyWh }));
const whole = [started, reading('2', '2026-06-02T00:00:00Z', 3_000), ended('3', 'SessionEnded', 4_000)];

let folder: string;
let book: EnergyBook;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'daily-energy-'));
  book = open();
});
afterEach(() => {
  book.close();
  rmSync(folder, { recursive: true });
});
const open = (timeZone = 'UTC') => new EnergyBook({ path: path.join(folder, 'book.db'), timeZone });
const days = () => Object.fromEntries(book.dailyEnergy().map(({ day, energyWh }) => [day, energyWh]));

describe('the book of daily energy', () => {
  it('gives each day what was charged in it', () => {
    expect(book.takeAll(whole)).toBe(3);
    expect(days()).toEqual({ '2026-06-01': 3_000, '2026-06-02': 1_000 });
    expect(book.dailyEnergy()[0]).toMatchObject({ tenantId: 'default', chargerId: 'CP-1' });
  });

  it('counts what comes again once, also after a restart', () => {
    book.takeAll(whole);
    expect(book.takeAll([...whole, ...whole])).toBe(0);
    book.close();
    book = open();
    expect(book.takeAll(whole)).toBe(0);
    expect(days()).toEqual({ '2026-06-01': 3_000, '2026-06-02': 1_000 });
  });

  it('takes nothing of a batch that fails, so that all of it may come again', () => {
    const broken = event('4', 'MeterSamplesRecorded', { sessionId: 's', energyWh: 5_000, samples: null });
    expect(() => book.takeAll([...whole, broken])).toThrow();
    expect(days()).toEqual({});
    expect(book.takeAll(whole)).toBe(3);
  });

  it('spreads what was not read evenly over the time', () => {
    book.takeAll([started, ended('2', 'SessionEnded', 4_000)]);
    expect(days()).toEqual({ '2026-06-01': 2_000, '2026-06-02': 2_000 });
  });

  it('puts a correction on the day of the end', () => {
    book.takeAll([...whole, ended('4', 'SessionCorrected', 3_500)]);
    expect(days()).toEqual({ '2026-06-01': 3_000, '2026-06-02': 500 });
  });

  it('comes to the same total whichever topic is ahead', () => {
    const [, meter, end] = whole as [IncomingEvent, IncomingEvent, IncomingEvent];
    book.takeAll([started, end, meter]);
    expect(Object.values(days()).reduce((sum, one) => sum + one, 0)).toBe(4_000);
    book.takeAll([event('9', 'SessionAnomalyDetected', {}), event('10', 'SomethingNew', {})]);
    expect(Object.values(days()).reduce((sum, one) => sum + one, 0)).toBe(4_000);
  });

  it('does not mix days of different time zones in one file', () => {
    expect(() => open('Europe/Berlin')).toThrow('is for the time zone UTC, not Europe/Berlin');
  });
});
