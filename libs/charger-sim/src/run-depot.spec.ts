import { Journal } from './journal';
import { runDepot, type DepotOptions } from './run-depot';
import type { DepotProgress, DepotSummary } from './depot-summary';
import { SCENARIOS } from './scenarios';
import { ManualClock } from './testing/manual-clock';
import { TestCsms } from './testing/test-csms';

describe('depot', () => {
  let csms: TestCsms;
  let clock: ManualClock;
  let journal: Journal;

  beforeEach(async () => {
    csms = new TestCsms();
    clock = new ManualClock();
    journal = new Journal();
    await csms.start();
  });
  afterEach(async () => {
    await csms.kill();
    expect(csms.breaches).toEqual([]);
  });

  async function run(options: Partial<DepotOptions>): Promise<DepotSummary> {
    let summary: DepotSummary | undefined;
    let failure: unknown;
    void runDepot({ url: csms.url, chargers: 3, clock, journal, speed: 60, durationS: 60, ...options }).then(
      (result) => (summary = result),
      (error: unknown) => (failure = error),
    );
    await clock.runUntil(() => summary !== undefined || failure !== undefined, 'the depot', 30_000);
    if (failure) throw failure;
    return summary!;
  }
  const sessions = () => [...journal.expectedSessions().values()].flat();

  // reserved-bay does nothing without commands.
  it.each([...SCENARIOS.keys()].filter((name) => !['idle', 'burst', 'reserved-bay'].includes(name)))(
    'runs %s on all versions with every message acknowledged',
    async (scenario) => {
      // An hour of the depot's life.
      const summary = await run({ scenario, chargers: 9 });
      expect(summary).toMatchObject({ ok: true, chargers: 9, neverOnline: [], unacknowledged: [] });
      expect(summary.sessionsStarted).toBeGreaterThanOrEqual(5);
      expect(summary.sessionsEnded).toBe(summary.sessionsStarted);
      expect(sessions()).toHaveLength(summary.sessionsStarted);
      expect(sessions().every(({ start, stop }) => start === 'acknowledged' && stop === 'acknowledged')).toBe(true);
      const energyWh = sessions().reduce((sum, session) => sum + session.meterStopWh! - session.meterStartWh, 0);
      expect(energyWh).toBe(summary.energyWh);
      expect(energyWh).toBeGreaterThan(5_000);
      if (!['depot', 'stubborn'].includes(scenario)) expect(summary.connects).toBeGreaterThan(9);
    },
  );

  it('idles: boots, statuses and heartbeats alone', async () => {
    const summary = await run({ scenario: 'idle', chargers: 40, version: '1.6', durationS: 30, speed: 60 });
    expect(summary.ok).toBe(true);
    expect(new Set(csms.actions())).toEqual(new Set(['BootNotification', 'StatusNotification', 'Heartbeat']));
    expect(summary.connects).toBe(40);
  });

  it('bursts: the next sample as soon as the last was acknowledged', async () => {
    const ending = new AbortController();
    csms.verdict = () => {
      if (csms.handled.length > 500) ending.abort();
      return 'answer';
    };
    const summary = await run({
      scenario: 'burst',
      chargers: 2,
      version: '2.1',
      durationS: undefined,
      signal: ending.signal,
    });
    expect(summary.ok).toBe(true);
    const samples = sessions().flatMap(({ sampleTimestamps }) => sampleTimestamps);
    expect(samples.length).toBeGreaterThan(300);
    for (const [, own] of journal.expectedSessions()) {
      const stamps = own.flatMap(({ sampleTimestamps }) => sampleTimestamps);
      expect(new Set(stamps).size).toBe(stamps.length);
    }
  });

  it('ends politely when told to: running sessions are stopped and delivered', async () => {
    const ending = new AbortController();
    const phases: DepotProgress[] = [];
    const onProgress = (progress: DepotProgress) => {
      phases.push(progress);
      if (progress.sessions >= 3) ending.abort();
    };
    const summary = await run({ durationS: undefined, signal: ending.signal, onProgress });
    expect(summary.ok).toBe(true);
    expect(sessions().filter(({ stop }) => stop === 'acknowledged').length).toBeGreaterThanOrEqual(3);
    expect(phases.at(-1)).toMatchObject({ phase: 'ended', owed: 0, sessions: 0, online: 0 });
  });

  it('is not ok when the server dies with messages unacknowledged', async () => {
    let count = 0;
    csms.verdict = ({ action }) => (action === 'StartTransaction' && ++count === 2 ? 'kill' : 'answer');
    const summary = await run({ version: '1.6', graceMs: 2_000, callTimeoutMs: 1_000 });
    expect(summary.ok).toBe(false);
    expect(summary.unacknowledged.map(({ what }) => what)).toContain(
      'StartTransaction: still waiting when the run ended',
    );
    const pending = sessions().filter(({ stop }) => stop === 'pending');
    expect(pending.length).toBeGreaterThan(0);
  });

  it('is not ok when nobody could connect, and says why', async () => {
    await csms.kill();
    const summary = await run({ durationS: 5, chargers: 2 });
    expect(summary.ok).toBe(false);
    expect(summary.neverOnline).toEqual(['SIM-0001', 'SIM-0002']);
    expect(summary.connectFailures[0]!.what).toBe('ECONNREFUSED');
  });

  it('tries other tokens while one is refused', async () => {
    csms.refusedTokens.add('BAD');
    const summary = await run({ idTokens: ['BAD', 'GOOD'], version: '2.0.1' });
    expect(summary.ok).toBe(true);
    expect(summary.tokensRefused).toBeGreaterThan(0);
    expect(new Set(sessions().map(({ idToken }) => idToken))).toEqual(new Set(['GOOD']));
  });

  it('refuses a scenario that is not there and an empty depot', async () => {
    await expect(run({ scenario: 'dept' })).rejects.toThrow(
      'There is no scenario "dept"; write one of: depot, idle, commute, offline, burst',
    );
    await expect(run({ chargers: 0 })).rejects.toThrow(/whole number, not 0/);
  });
});
