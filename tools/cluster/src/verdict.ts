import type { FaultVerdict } from './run-fault';

/** What must be empty for a run to pass, by name. */
export function failures(verdict: FaultVerdict): Record<string, readonly string[]> {
  return {
    lost: verdict.lost,
    doubled: [...verdict.doubled, ...verdict.doubledEvents],
    'different from what chargers said': verdict.wrong,
    'order broken': verdict.broken,
    'given up by chargers': verdict.unacknowledged,
    'commands without an end': verdict.commands.open,
    'commands lost': verdict.commands.lost,
  };
}

/** A run that proves nothing is no success. */
export function hasPassed(verdict: FaultVerdict): boolean {
  const { acknowledged, sessions, samples, commands } = verdict;
  // A caller that was told nothing in time may have sent a command all the same.
  const known = Object.values(commands.states).reduce((sum, count) => sum + count, 0);
  const hasSubstance = acknowledged > 0 && sessions > 0 && samples > 0 && known > 0;
  return hasSubstance && Object.values(failures(verdict)).every((found) => found.length === 0);
}

/** The verdict in words, for a person. */
export function verdictText(verdict: FaultVerdict): string {
  const { fault, acknowledged, sessions, samples, commands, recoveries } = verdict;
  const states = Object.entries(commands.states).map(([state, count]) => `${count} ${state}`);
  const lines = [
    '',
    `${hasPassed(verdict) ? 'PASSED' : 'FAILED'}  ${fault}`,
    `  acknowledged ${acknowledged} messages, ${sessions} sessions, ${samples} samples`,
    `  commands: ${commands.sent} taken, ${commands.unconfirmed} not confirmed by the api in time; now ${states.join(', ')}`,
  ];
  for (const [what, found] of Object.entries(failures(verdict))) {
    lines.push(`  ${what}: ${found.length}`);
    lines.push(...found.slice(0, 5).map((one) => `    ${one}`));
  }
  for (const { what, chargingMs, shownMs } of recoveries) {
    lines.push(`  recovery of ${what}: charging ${inSeconds(chargingMs)}, shown ${inSeconds(shownMs)}`);
  }
  return `${lines.join('\n')}\n`;
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
