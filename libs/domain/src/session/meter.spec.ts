import { register } from '../testing/events';
import { energyWhOf, NO_METER, takeSamples, withToldStart } from './meter';

const from = (wh: number) => withToldStart(NO_METER, wh, 0);
const energy = (...samples: ReturnType<typeof register>[]) =>
  energyWhOf(takeSamples(from(1_000), samples, 'during').meter);

describe('energy of a session', () => {
  it('prefers the total register to the phases', () => {
    expect(energy(register(700, 1, { phase: 'L1' }), register(2_000, 1), register(700, 1, { phase: 'L2' }))).toBe(
      1_000,
    );
  });

  it('sums the phases when there is no total', () => {
    expect(
      energy(register(500, 1, { phase: 'L1' }), register(400, 1, { phase: 'L2' }), register(300, 1, { phase: 'L3' })),
    ).toBe(200);
    expect(energy(register(600, 1, { phase: 'L1-N' }), register(600, 1, { phase: 'L2-N' }))).toBe(200);
  });

  it('does not take part of the phases for a total', () => {
    const { meter } = takeSamples(
      from(1_000),
      [register(500, 1, { phase: 'L1' }), register(600, 1, { phase: 'L2' })],
      'during',
    );
    const next = takeSamples(meter, [register(2_000, 2, { phase: 'L1' })], 'during');
    expect(energyWhOf(next.meter)).toBe(100);
  });

  it('takes whole Wh for what they are: rounded readings, and no meter that went backwards', () => {
    const rounded = takeSamples(from(1_000), [register(1_249.08, 1), register(1_249, 2)], 'during');
    expect(rounded.backwards).toEqual([]);
    expect(energyWhOf(rounded.meter)).toBe(249.08);
    // The start was rounded up.
    const risen = takeSamples(from(1_000), [register(999.6, 1)], 'during');
    expect([risen.backwards, energyWhOf(risen.meter)]).toEqual([[], 0]);
    const decimals = takeSamples(from(1_000), [register(1_249.5, 1), register(1_249.1, 2)], 'during');
    expect(decimals.backwards).toEqual([expect.stringContaining('from 1249.5 Wh to 1249.1 Wh')]);
    expect(takeSamples(from(1_000), [register(999, 1)], 'during').backwards).toHaveLength(1);
  });

  it('reads at the outlet when there are readings elsewhere too, and stays where it began', () => {
    expect(energy(register(9_000, 1, { location: 'Inlet' }), register(2_000, 1, { location: 'Outlet' }))).toBe(1_000);
    const inlet = takeSamples(from(1_000), [register(3_000, 1, { location: 'Inlet' })], 'during').meter;
    expect(energyWhOf(takeSamples(inlet, [register(2_900, 2)], 'during').meter)).toBe(2_000);
  });

  it('ignores export, other measurands, missing values and units that are none of energy', () => {
    expect(
      energy(
        register(9_000, 1, { measurand: 'Energy.Active.Export.Register' }),
        register(7_000, 1, { measurand: 'Power.Active.Import', unit: 'W' }),
        register(80, 1, { measurand: 'SoC', unit: 'Percent' }),
        register(null, 1),
        register(9_000, 1, { unit: 'varh' }),
      ),
    ).toBeNull();
  });

  it('sums intervals when there is no register, each once, periodic and clock-aligned apart', () => {
    const interval = { measurand: 'Energy.Active.Import.Interval' };
    const samples = [
      register(100, 1, interval),
      register(150, 2, interval),
      register(250, 2, { ...interval, context: 'Sample.Clock' }),
    ];
    const once = takeSamples(NO_METER, samples, 'during').meter;
    expect(energyWhOf(once)).toBe(250);
    // 1.6 StopTransaction.transactionData repeats what MeterValues told.
    expect(energyWhOf(takeSamples(once, samples, 'during').meter)).toBe(250);
  });

  it('does not depend on the order in which samples come', () => {
    const samples = [register(1_500, 3), register(1_200, 1), register(1_300, 2)];
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const meter = order.reduce((state, index) => takeSamples(state, [samples[index]!], 'during').meter, NO_METER);
      expect(energyWhOf(meter)).toBe(300);
    }
  });

  it('leaves out intervals of more than any vehicle takes', () => {
    const interval = { measurand: 'Energy.Active.Import.Interval' };
    const { meter, implausible } = takeSamples(
      NO_METER,
      [register(100, 1, interval), register(1e12, 2, interval), register(150, 3, interval)],
      'during',
    );
    expect(implausible).toHaveLength(1);
    expect(energyWhOf(meter)).toBe(250);
  });

  it('believes what a megawatt charger gives in a day', () => {
    expect(energy(register(91_000_000, 24 * 60))).toBe(90_999_000);
  });

  it('has no noise behind the decimals', () => {
    expect(energyWhOf(takeSamples(from(0.1), [register(0.3, 1)], 'during').meter)).toBe(0.2);
  });
});
