import type { DepotProgress, DepotSummary } from '@chargestream/charger-sim';
import { progressPrinter } from './progress';
import { summaryText } from './report';

const at = (elapsedS: number, more: Partial<DepotProgress> = {}): DepotProgress => ({
  phase: 'running',
  elapsedS,
  chargers: 3,
  online: 2,
  sessions: 1,
  owed: 4,
  acknowledged: 5,
  energyWh: 1_500,
  unacknowledged: 0,
  ...more,
});

function printed(isTTY: boolean, progresses: DepotProgress[]): string[] {
  const writes: string[] = [];
  const printer = progressPrinter({ isTTY, write: (text) => writes.push(text) });
  progresses.forEach(printer.show);
  printer.done();
  return writes;
}

describe('progress', () => {
  it('rewrites one line on a terminal', () => {
    const line = '   1 s · online 2/3 · sessions 1 · acknowledged 5 · waiting 4 · energy 1.5 kWh';
    expect(printed(true, [at(1), at(1)])).toEqual([`\r\x1b[K${line}`, `\r\x1b[K${line}`, '\n']);
  });

  it('writes a line every few seconds elsewhere, and the last one always', () => {
    const lines = printed(false, [at(1), at(2), at(5), at(6), at(7), at(7.5, { phase: 'ended', unacknowledged: 2 })]);
    expect(lines.map((line) => line.slice(0, 6))).toEqual(['   1 s', '   6 s', '   8 s']);
    expect(lines.at(-1)).toMatch(/given up 2\n$/);
  });
});

describe('summary', () => {
  const summary: DepotSummary = {
    elapsedS: 10,
    chargers: 2,
    neverOnline: [],
    connects: 2,
    disconnects: 2,
    sessionsStarted: 3,
    sessionsEnded: 3,
    tokensRefused: 0,
    energyWh: 12_345,
    actions: [
      {
        action: 'Heartbeat',
        sent: 20,
        acknowledged: 20,
        callErrors: 0,
        timedOut: 0,
        interrupted: 0,
        p50Ms: 1.234,
        p90Ms: 2,
        p99Ms: 3,
        maxMs: 4,
      },
    ],
    commands: [],
    connectFailures: [],
    errors: [],
    unacknowledged: [],
    ok: true,
  };

  it('tells latencies per message and that all is well', () => {
    const text = summaryText(summary);
    expect(text).toMatch(/Heartbeat +20 +20 +2\.0 +1\.2 +2\.0 +3\.0 +4\.0 +0 +0 +0/);
    expect(text).toMatch(/Every message was acknowledged\.\n$/);
  });

  it('says what to do when no token was accepted', () => {
    const hint = 'The server refused every token: tell it about them, or name tokens it knows with --id-tag.';
    expect(summaryText({ ...summary, sessionsStarted: 0, tokensRefused: 3 })).toContain(hint);
    expect(summaryText({ ...summary, tokensRefused: 3 })).not.toContain(hint);
  });

  it('names what went wrong', () => {
    const text = summaryText({
      ...summary,
      ok: false,
      neverOnline: ['A', 'B', 'C', 'D', 'E', 'F'],
      unacknowledged: [{ what: 'StopTransaction: still waiting when the run ended', count: 7 }],
    });
    expect(text).toContain('7 × StopTransaction: still waiting when the run ended');
    expect(text).toContain('NEVER ONLINE: A, B, C, D, E and 1 more');
    expect(text).toMatch(/Not every message was acknowledged\.\n$/);
  });
});
