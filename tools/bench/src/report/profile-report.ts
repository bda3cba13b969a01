import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { summariseProfile, type CpuProfile } from './cpu-profile';
import { percent, table } from './format';

const SHOWN = 18;

/** Where the busy time of a profile went: by package, and by function. */
export async function profileReport(file: string): Promise<string> {
  const profile = JSON.parse(await readFile(file, 'utf8')) as CpuProfile;
  const summary = summariseProfile(profile);
  const rows = (entries: readonly { name: string; share: number }[]) =>
    entries.slice(0, SHOWN).map(({ name, share }) => [name, percent(share)]);
  return [
    `\n${path.basename(file)}: self time, shares of the busy time (the main thread was idle ${percent(summary.idleShare)})\n`,
    table(['package', 'share'], rows(summary.packages)),
    '',
    table(['function', 'share'], rows(summary.functions)),
  ].join('\n');
}
