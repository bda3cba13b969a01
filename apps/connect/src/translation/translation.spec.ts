import { decimal, shifted } from './numbers';
import { samplesOf16 } from './ocpp16-samples';
import { samplesOf2 } from './ocpp2-samples';
import { isImplausible, isReplayed, utc } from './timestamps';

const NOW = '2026-06-01T12:00:00.000Z';
const at = '2026-06-01T11:59:00Z';

describe('1.6 meter samples', () => {
  const sample = (sampled: Record<string, string>) =>
    samplesOf16([{ timestamp: at, sampledValue: [sampled as { value: string }] }], NOW)[0];

  it('fills in the defaults of §7.43', () => {
    expect(sample({ value: '1234' })).toEqual({
      timestamp: '2026-06-01T11:59:00.000Z',
      measurand: 'Energy.Active.Import.Register',
      value: 1234,
      unit: 'Wh',
      phase: null,
      location: 'Outlet',
      context: 'Sample.Periodic',
    });
  });

  it.each([
    ['kWh', 'Energy.Active.Import.Register', '12.345', 12345, 'Wh'],
    ['kW', 'Power.Active.Import', '7.36', 7360, 'W'],
    ['kvarh', 'Energy.Reactive.Import.Register', '0.001', 1, 'varh'],
    ['kVA', 'Power.Active.Import', '1', 1000, 'VA'],
    ['Hz', 'Frequency', '49.97', 49.97, 'Hertz'],
    ['Celcius', 'Temperature', '-3.5', -3.5, 'Celsius'],
    ['Percent', 'SoC', '80', 80, 'Percent'],
  ])('makes base units of %s', (unit, measurand, value, expected, base) => {
    expect(sample({ value, unit, measurand })).toMatchObject({ value: expected, unit: base, measurand });
  });

  it('never makes 0 of a missing value', () => {
    expect(sample({ value: '', measurand: 'Voltage' })).toMatchObject({ value: null, unit: null });
    expect(sample({ value: '' })).not.toHaveProperty('raw');
  });

  it('keeps what is no number, signed data and unknown measurands', () => {
    expect(sample({ value: 'n/a' })).toMatchObject({ value: null, raw: 'n/a' });
    expect(sample({ value: '0x1F' })).toMatchObject({ value: null, raw: '0x1F' });
    expect(sample({ value: '31323334', format: 'SignedData' })).toMatchObject({ value: null, raw: '31323334' });
    expect(sample({ value: '1', measurand: 'Vendor.Thing' })).toMatchObject({ measurand: 'Vendor.Thing', unit: null });
  });

  it('takes the time of receipt for a timestamp that is none, and no values for none', () => {
    expect(samplesOf16([{ timestamp: 'yesterday', sampledValue: [{ value: '1' }] }], NOW)[0]?.timestamp).toBe(NOW);
    expect(samplesOf16(undefined, NOW)).toEqual([]);
    expect(samplesOf16([{ timestamp: at, sampledValue: [] }], NOW)).toEqual([]);
  });

  it('is not fooled by units named like object members', () => {
    expect(sample({ value: '1', unit: 'constructor' })).toMatchObject({ value: 1, unit: 'constructor' });
  });
});

describe('2.x meter samples', () => {
  const sample = (sampled: object) => samplesOf2([{ timestamp: at, sampledValue: [{ value: 1, ...sampled }] }], NOW)[0];

  it('fills in the defaults', () => {
    expect(sample({ value: 55 })).toMatchObject({
      measurand: 'Energy.Active.Import.Register',
      value: 55,
      unit: 'Wh',
      location: 'Outlet',
      context: 'Sample.Periodic',
    });
  });

  it('applies multiplier and prefix without rounding errors', () => {
    expect(sample({ value: 12.345, unitOfMeasure: { unit: 'kWh' } })).toMatchObject({ value: 12345, unit: 'Wh' });
    expect(sample({ value: 0.07, unitOfMeasure: { unit: 'kWh', multiplier: -1 } })).toMatchObject({ value: 7 });
    expect(sample({ value: 5, unitOfMeasure: { unit: 'W', multiplier: 3 } })).toMatchObject({ value: 5000, unit: 'W' });
  });

  it('keeps signed meter data', () => {
    expect(sample({ signedMeterValue: { signedMeterData: 'AQID' } })).toMatchObject({ value: 1, raw: 'AQID' });
  });

  it('does not turn an absurd multiplier into Infinity', () => {
    expect(sample({ value: 5, unitOfMeasure: { unit: 'W', multiplier: 400 } })).toMatchObject({ value: null });
  });
});

describe('numbers and times', () => {
  it('reads decimals only', () => {
    expect([decimal('1.5'), decimal(' -2 '), decimal('.5'), decimal('1e3')]).toEqual([1.5, -2, 0.5, 1000]);
    expect([decimal(''), decimal('NaN'), decimal('Infinity'), decimal('1,5'), decimal('1e999')]).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(shifted(1e21, 3)).toBe(1e24);
  });

  it('makes equal instants equal text', () => {
    expect(utc('2026-06-01T14:00:00+02:00')).toBe(NOW);
    expect(utc('soon')).toBeNull();
    expect(utc(undefined)).toBeNull();
  });

  it('believes replays of weeks, but neither 1970 nor the future', () => {
    const tolerance = { behindS: 30 * 86_400, aheadS: 300 };
    const now = Date.parse(NOW);
    expect(isImplausible('2026-05-10T00:00:00Z', now, tolerance)).toBe(false);
    expect(isImplausible('1970-01-01T00:00:10Z', now, tolerance)).toBe(true);
    expect(isImplausible('2026-06-01T12:06:00Z', now, tolerance)).toBe(true);
    expect(isImplausible('', now, tolerance)).toBe(true);
    expect([isReplayed('2026-06-01T11:00:00Z', now), isReplayed(NOW, now)]).toEqual([true, false]);
  });
});
