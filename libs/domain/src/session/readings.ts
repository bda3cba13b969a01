import type { MeterSample } from '@chargestream/contracts';

/** One total of a meter at one time, whatever samples told it. */
export interface Reading {
  valueWh: number;
  timestamp: string;
  atMs: number;
  context: string | null;
}

/** Absent location means Outlet (1.6 §7.28 SampledValue, 2.0.1 SampledValueType). Nearest to the vehicle's bill first. */
const LOCATIONS = ['Outlet', 'Inlet', 'Body', 'Cable', 'EV'];

/**
 * The readings of the energy import register, oldest first: the total when there is one, else the sum of the phases.
 * Only one location is used: the session's, or the first of Outlet, Inlet… that has samples. Export is another measurand
 * and never looked at.
 */
export function registerReadings(
  samples: readonly MeterSample[],
  knownLocation: string | null,
  knownPhases: number,
): { readings: Reading[]; location: string | null; phases: number } {
  const energy = samplesOf(samples, 'Energy.Active.Import.Register');
  if (energy.length === 0) return { readings: [], location: knownLocation, phases: knownPhases };
  const location = knownLocation ?? preferredLocation(energy);
  const { readings, phases } = totals(energy, location, knownPhases);
  return { readings, location, phases };
}

/** The energy of intervals, oldest first; same rules as for registers. */
export function intervalReadings(samples: readonly MeterSample[]): Reading[] {
  const energy = samplesOf(samples, 'Energy.Active.Import.Interval');
  if (energy.length === 0) return [];
  return totals(energy, preferredLocation(energy), 0).readings;
}

function samplesOf(samples: readonly MeterSample[], measurand: string): MeterSample[] {
  return samples.filter(
    (sample) =>
      sample.measurand === measurand &&
      typeof sample.value === 'number' &&
      Number.isFinite(sample.value) &&
      // connect has made kWh into Wh; any other unit is none of energy.
      (sample.unit === 'Wh' || sample.unit === null),
  );
}

function locationOf(sample: MeterSample): string {
  return sample.location ?? 'Outlet';
}

function preferredLocation(samples: readonly MeterSample[]): string {
  const present = new Set(samples.map(locationOf));
  return LOCATIONS.find((location) => present.has(location)) ?? locationOf(samples[0]!);
}

function totals(
  samples: MeterSample[],
  location: string,
  knownPhases: number,
): { readings: Reading[]; phases: number } {
  const groups = new Map<string, MeterSample[]>();
  for (const sample of samples) {
    if (locationOf(sample) !== location) continue;
    const key = `${sample.timestamp}|${sample.context ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [sample]);
    else group.push(sample);
  }
  let phases = knownPhases;
  const readings: Reading[] = [];
  for (const group of groups.values()) {
    const total = group.find((sample) => sample.phase === null);
    if (total !== undefined) {
      readings.push(reading(total, total.value as number));
      continue;
    }
    // One value per phase: L1 and L1-N are the same phase told twice.
    const byPhase = new Map(group.map((sample) => [sample.phase?.slice(0, 2) ?? '', sample]));
    byPhase.delete('N');
    if (byPhase.size === 0 || byPhase.size < phases) continue;
    phases = byPhase.size;
    const sumWh = [...byPhase.values()].reduce((sum, sample) => sum + (sample.value as number), 0);
    readings.push(reading(group[0]!, sumWh));
  }
  return { readings: readings.sort((a, b) => a.atMs - b.atMs), phases };
}

function reading(sample: MeterSample, valueWh: number): Reading {
  return { valueWh, timestamp: sample.timestamp, atMs: timeMs(sample.timestamp), context: sample.context };
}

/** Milliseconds since the epoch; what cannot be read counts as before everything known. */
export function timeMs(timestamp: string): number {
  const ms = Date.parse(timestamp);
  return Number.isNaN(ms) ? Number.NEGATIVE_INFINITY : ms;
}
