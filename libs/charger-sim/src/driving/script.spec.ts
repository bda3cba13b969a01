import { Journal } from '../journal';
import { runDepot } from '../run-depot';
import { TestCsms } from '../testing/test-csms';
import { scenario } from './script';

describe('scripts', () => {
  let csms: TestCsms;
  beforeEach(async () => {
    csms = new TestCsms();
    await csms.start();
  });
  afterEach(() => csms.kill());

  const depot = { chargers: 2, version: '1.6', speed: 600, graceMs: 4_000, progressIntervalMs: 50 } as const;

  it('drive every charger of a depot through their verbs', async () => {
    const script = scenario('once', 'one charge', async (charger, { token }) => {
      await charger.boot();
      await charger.plugIn(2);
      await charger.start(2, token());
      await charger.wait(60);
      await charger.unplug(2);
    });
    const ending = new AbortController();
    const stopped = () => csms.actions().filter((action) => action === 'StopTransaction').length;
    const running = runDepot({
      ...depot,
      url: csms.url,
      scenario: script,
      signal: ending.signal,
      onProgress: () => stopped() === 2 && ending.abort(),
    });
    expect(await running).toMatchObject({ ok: true, sessionsStarted: 2, sessionsEnded: 2 });
    const stops = csms.handled.filter(({ action }) => action === 'StopTransaction');
    expect(stops.map(({ payload }) => payload.reason)).toEqual(['EVDisconnected', 'EVDisconnected']);
    expect(csms.breaches).toEqual([]);
  });

  it.each(['soak', 'tunnel', 'stubborn'])('the scenario %s loses no session', async (name) => {
    const journal = new Journal();
    const summary = await runDepot({ ...depot, chargers: 5, url: csms.url, scenario: name, durationS: 3, journal });
    expect(summary.neverOnline).toEqual([]);
    expect(summary.unacknowledged).toEqual([]);
    const sessions = [...journal.expectedSessions().values()].flat();
    expect(sessions.length).toBeGreaterThan(0);
    expect(sessions.filter(({ start, stop }) => start !== 'acknowledged' || stop !== 'acknowledged')).toEqual([]);
  });
});
