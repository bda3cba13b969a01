import type { CommandVerdict } from '../load/commands';
import type { Differences } from '../oracle/differences';
import type { Growth } from './growth';

export interface SoakVerdict extends Differences {
  acknowledged: number;
  sessions: number;
  commands: CommandVerdict;
  /** Commands the api took, by mutation. */
  commandCounts: Record<string, number>;
  /** What the api refused, by its message. */
  refused: Record<string, number>;
  /** Messages that chargers gave up. */
  unacknowledged: string[];
  /** Null when the run was too short to tell. */
  growth: Growth | null;
  /** What the program printed when it ended by itself; null when it did not. */
  crashed: string | null;
  /** Errors that the program logged. */
  complaints: string[];
}

/** Live memory may be this much more at the end: a soak of minutes cannot tell less from noise. */
export const MAX_GROWTH = 0.1;

/** Everything that makes the run a failure, each in words. A run without substance fails too: it proves nothing. */
export function problemsOf(verdict: SoakVerdict): Record<string, string[]> {
  const { commands, growth, acknowledged, sessions, commandCounts } = verdict;
  const isGrowing = growth !== null && growth.share > MAX_GROWTH;
  const idle = acknowledged === 0 || sessions === 0 || Object.keys(commandCounts).length === 0;
  return {
    lost: verdict.lost,
    doubled: verdict.doubled,
    'different from what chargers said': verdict.wrong,
    'given up by chargers': verdict.unacknowledged,
    'commands without an end': commands.open,
    'commands lost': commands.lost,
    crashes: verdict.crashed === null ? [] : [verdict.crashed],
    'errors logged': verdict.complaints,
    'growth of memory': isGrowing ? [`${(growth.share * 100).toFixed(1)} % of the live memory`] : [],
    'without substance': idle ? ['no messages, sessions or commands'] : [],
  };
}

export function soakPassed(verdict: SoakVerdict): boolean {
  return Object.values(problemsOf(verdict)).every((found) => found.length === 0);
}

/** The verdict in words, for a person. */
export function soakText(verdict: SoakVerdict): string {
  const counts = (record: Record<string, number>) =>
    Object.entries(record)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  const lines = [
    '',
    `${soakPassed(verdict) ? 'PASSED' : 'FAILED'}  soak`,
    `  acknowledged ${verdict.acknowledged} messages, ${verdict.sessions} sessions`,
    `  commands: ${counts(verdict.commandCounts)}`,
    `  which ended: ${counts(verdict.commands.states)}`,
    `  refused by the api: ${counts(verdict.refused) || 'none'}`,
    `  memory: ${memoryText(verdict.growth)}`,
  ];
  for (const [what, found] of Object.entries(problemsOf(verdict))) {
    lines.push(`  ${what}: ${found.length}`);
    lines.push(...found.slice(0, 5).map((one) => `    ${one}`));
  }
  return `${lines.join('\n')}\n`;
}

function memoryText(growth: Growth | null): string {
  if (growth === null) return 'too short a run to tell';
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const share = `${growth.share >= 0 ? '+' : ''}${(growth.share * 100).toFixed(1)} %`;
  return `live ${mb(growth.early)} then ${mb(growth.late)} (${share}), resident ${mb(growth.earlyRss)} then ${mb(growth.lateRss)}`;
}
