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

  it('use what the server reserves', async () => {
    const ending = new AbortController();
    let asked = false;
    const summary = await runDepot({
      ...depot,
      chargers: 1,
      url: csms.url,
      scenario: 'reserved-bay',
      signal: ending.signal,
      onProgress: ({ online }) => {
        if (online === 1 && !asked) {
          asked = true;
          const expiryDate = new Date(Date.now() + 60_000).toISOString();
          void csms.call('SIM-0001', 'ReserveNow', { connectorId: 2, expiryDate, idTag: 'T', reservationId: 3 });
        }
        if (csms.actions().includes('StopTransaction')) ending.abort();
      },
    });
    expect(summary.ok).toBe(true);
    const start = csms.handled.find(({ action }) => action === 'StartTransaction');
    expect(start?.payload).toMatchObject({ connectorId: 2, idTag: 'T', reservationId: 3 });
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
