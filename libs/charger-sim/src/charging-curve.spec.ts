import { ChargingCurve, randomVehicle, type Vehicle } from './charging-curve';
import { seededRandom } from './random';

const car: Vehicle = {
  batteryWh: 40_000,
  maxPowerW: 11_000,
  current: 'AC',
  phases: 3,
  kneeSoc: 0.8,
  rampS: 30,
  efficiency: 0.9,
};
const charge = (startSoc = 0.2) => new ChargingCurve(car, { startSoc, registerWh: 1_000_000 }, seededRandom(1));

describe('charging curve', () => {
  it('ramps up, holds a plateau and tapers with the state of charge', () => {
    const curve = charge();
    const early = curve.read();
    expect(early.powerW).toBeLessThan(1_000);
    curve.advance(60);
    expect(curve.read().powerW).toBe(11_000);
    while (curve.read().socPercent! < 79) {
      curve.advance(60);
      expect(curve.read().powerW).toBe(11_000);
    }
    const tapering: number[] = [];
    while (!curve.isFull && tapering.length < 500) {
      curve.advance(120);
      tapering.push(curve.read().powerW);
    }
    expect(curve.isFull).toBe(true);
    expect(tapering).toEqual([...tapering].sort((a, b) => b - a));
    expect(tapering.at(-1)).toBe(0);
  });

  it('meters what the battery takes plus the losses', () => {
    const curve = charge();
    for (let minute = 0; minute < 1_200 && !curve.isFull; minute++) curve.advance(60);
    const meteredWh = curve.read().registerWh - 1_000_000;
    expect(meteredWh).toBeGreaterThan((0.8 * 40_000) / 0.9 - 50);
    expect(meteredWh).toBeLessThan((0.8 * 40_000) / 0.9 + 50);
    const before = curve.read().registerWh;
    curve.advance(3_600);
    expect(curve.read().registerWh).toBe(before);
  });

  it('never lets the register fall and keeps power, voltage and current consistent', () => {
    const random = seededRandom(7);
    for (let sample = 0; sample < 50; sample++) {
      const vehicle = randomVehicle(
        random,
        random.pick([{ current: 'AC', maxPowerW: 22_000 } as const, { current: 'DC', maxPowerW: 150_000 } as const]),
      );
      const curve = new ChargingCurve(vehicle, { startSoc: random.between(0, 0.9), registerWh: 5 }, random);
      let lastWh = 0;
      for (let minute = 0; minute < 60; minute++) {
        curve.advance(60);
        const { registerWh, powerW, voltageV, currentA, socPercent } = curve.read();
        expect(registerWh).toBeGreaterThanOrEqual(lastWh);
        expect(powerW).toBeLessThanOrEqual(vehicle.maxPowerW);
        expect(socPercent).toBeLessThanOrEqual(100);
        const fromPhases = voltageV.reduce((sum, volt, phase) => sum + volt * currentA[phase]!, 0);
        expect(Math.abs(fromPhases - powerW)).toBeLessThan(100);
        lastWh = registerWh;
      }
    }
  });

  it('obeys a limit and is the same for the same seed', () => {
    const curve = charge();
    curve.advance(60);
    curve.limitPower(4_000);
    expect(curve.read().powerW).toBe(4_000);
    expect(charge().read()).toEqual(charge().read());
  });
});
