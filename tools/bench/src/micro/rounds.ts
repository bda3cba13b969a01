import { median, perSecond, ratio } from '../statistics';

/** Something whose speed is measured: `run` does a batch and says how many operations that was; 0 when it can do no more. */
export interface Contestant {
  name: string;
  run: () => number | Promise<number>;
}

export interface RoundSettings {
  rounds: number;
  roundMs: number;
  warmUpMs: number;
}

export interface MicroResult {
  name: string;
  perSecond: number | null;
  /** Median of the rounds' ratios to the baseline; null for the baseline itself. */
  ratio: number | null;
}

export interface MicroGroup {
  title: string;
  results: MicroResult[];
}

/**
 * Lets the baseline and the contestants take turns, round after round, so that a disturbance of the machine hits them
 * alike, and gives the medians. The first result is the baseline's.
 */
export async function compare(
  title: string,
  baseline: Contestant,
  contestants: readonly Contestant[],
  settings: RoundSettings,
  now: () => number = () => performance.now(),
): Promise<MicroGroup> {
  const all = [baseline, ...contestants];
  const rates = new Map<Contestant, (number | null)[]>(all.map((contestant) => [contestant, []]));
  for (const contestant of all) await runFor(contestant, settings.warmUpMs, now);
  for (let round = 0; round < settings.rounds; round++) {
    for (const contestant of all) rates.get(contestant)?.push(await runFor(contestant, settings.roundMs, now));
  }
  const ratesOf = (contestant: Contestant) => rates.get(contestant) ?? [];
  const baselineRates = ratesOf(baseline);
  const results = all.map((contestant) => ({
    name: contestant.name,
    perSecond: median(present(ratesOf(contestant))),
    ratio:
      contestant === baseline
        ? null
        : median(present(ratesOf(contestant).map((rate, round) => ratio(rate, baselineRates[round] ?? null)))),
  }));
  return { title, results };
}

/** Operations per second; null when it did none. */
async function runFor(contestant: Contestant, durationMs: number, now: () => number): Promise<number | null> {
  const began = now();
  let count = 0;
  while (now() - began < durationMs) {
    const done = contestant.run();
    // Awaiting what is no promise would cost more than the codec.
    const operations = typeof done === 'number' ? done : await done;
    if (operations === 0) break;
    count += operations;
  }
  return count > 0 ? perSecond(count, now() - began) : null;
}

function present(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}
