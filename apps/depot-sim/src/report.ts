import type { Count, DepotProgress, DepotSummary } from '@chargestream/charger-sim';

/** One line about a depot at work. */
export function progressLine(progress: DepotProgress): string {
  const { phase, elapsedS, online, chargers, sessions, acknowledged, owed, energyWh, unacknowledged } = progress;
  const parts = [
    `${elapsedS.toFixed(0).padStart(4)} s`,
    `online ${online}/${chargers}`,
    `sessions ${sessions}`,
    `acknowledged ${acknowledged}`,
    `waiting ${owed}`,
    `energy ${(energyWh / 1000).toFixed(1)} kWh`,
  ];
  if (unacknowledged > 0) parts.push(`given up ${unacknowledged}`);
  if (phase === 'ending') parts.push('ending sessions and delivering what is owed');
  return parts.join(' · ');
}

/** What is printed at the end. */
export function summaryText(summary: DepotSummary): string {
  const { elapsedS, chargers, connects, disconnects, sessionsStarted, sessionsEnded, tokensRefused } = summary;
  const lines = [
    `${chargers} chargers, ${elapsedS.toFixed(1)} s, ${connects} connections, ${disconnects} of them closed`,
    `${sessionsStarted} sessions started, ${sessionsEnded} ended, ${(summary.energyWh / 1000).toFixed(1)} kWh, ${tokensRefused} tokens refused`,
    '',
    ...actionTable(summary),
    ...listed('Commands of the server', summary.commands),
    ...listed('Failed connection attempts', summary.connectFailures),
    ...listed('Errors', summary.errors),
    ...listed('NOT ACKNOWLEDGED', summary.unacknowledged),
  ];
  if (summary.neverOnline.length > 0) {
    const some = summary.neverOnline.slice(0, 5).join(', ');
    const more = summary.neverOnline.length > 5 ? ` and ${summary.neverOnline.length - 5} more` : '';
    lines.push('', `NEVER ONLINE: ${some}${more}. Is the server running, and does it know these chargers?`);
  }
  if (summary.tokensRefused > 0 && sessionsStarted === 0) {
    lines.push('', 'The server refused every token: tell it about them, or name tokens it knows with --id-tag.');
  }
  const verdict = 'Every message was acknowledged.';
  lines.push('', summary.ok ? verdict : 'Not every message was acknowledged.');
  return `${lines.join('\n')}\n`;
}

function actionTable({ actions, elapsedS }: DepotSummary): string[] {
  const head = [
    'message',
    'sent',
    'acknowledged',
    'per s',
    'p50 ms',
    'p90 ms',
    'p99 ms',
    'max ms',
    'errors',
    'timeouts',
    'cut off',
  ];
  const rows = actions.map((action) => [
    action.action,
    String(action.sent),
    String(action.acknowledged),
    (action.acknowledged / elapsedS).toFixed(1),
    action.p50Ms.toFixed(1),
    action.p90Ms.toFixed(1),
    action.p99Ms.toFixed(1),
    action.maxMs.toFixed(1),
    String(action.callErrors),
    String(action.timedOut),
    String(action.interrupted),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
}

function listed(title: string, counts: readonly Count[]): string[] {
  if (counts.length === 0) return [];
  return ['', `${title}:`, ...counts.slice(0, 10).map(({ what, count }) => `  ${String(count).padStart(6)} × ${what}`)];
}
