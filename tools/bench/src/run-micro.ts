import type { MicroRequests } from './micro/micro-process';
import type { MicroGroup } from './micro/rounds';
import { MICRO_PARTS, type BenchOptions } from './options';
import { Child } from './process/child';
import { fixed, table, whole } from './report/format';

const PART_LIMIT_MS = 300_000;

/** Measures one library after the other, each in a fresh process and against a baseline that takes turns with it. */
export async function runMicro(options: BenchOptions, print: (text: string) => void): Promise<MicroGroup[]> {
  const all: MicroGroup[] = [];
  for (const part of MICRO_PARTS) {
    if (!options.parts.has(part)) continue;
    print(`\n${part}\n`);
    const { child } = await Child.start<MicroRequests, null>(part, 'micro/micro-process', {});
    try {
      const groups = await child.ask('measure', { part, dataRoot: options.dataRoot }, PART_LIMIT_MS);
      print(report(groups));
      all.push(...groups);
    } finally {
      await child.stop();
    }
  }
  return all;
}

/** One row for each contestant, the group's name in the first of them. */
function report(groups: readonly MicroGroup[]): string {
  const rows = groups.flatMap(({ title, results }) =>
    results.map((result, index) => [
      index === 0 ? title : '',
      result.name,
      whole(result.perSecond),
      index === 0 ? '1' : fixed(result.ratio, 2),
    ]),
  );
  return table(['what', 'how', 'per second', 'ratio'], rows);
}
