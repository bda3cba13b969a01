import { Journal, runDepot, type DepotSummary, type ExpectedSession, type Scenario } from '@chargestream/charger-sim';
import { GraphqlClient } from './support/graphql';
import { ServerProcess } from './support/server-process';
import { readSessions, type SeenSession } from './support/sessions';

const CHARGERS = 200;
const KILLS = 10;
/** Acknowledged messages between a restart and the next kill: far enough to be in the middle of everything. */
const MESSAGES_BETWEEN_KILLS = 400;
const TAGS = ['CRASH-1', 'CRASH-2', 'CRASH-3'];

/** One long session after the other at one outlet, a sample every simulated minute. */
const alwaysCharging: Scenario = {
  name: 'always-charging',
  summary: 'a session is running nearly all the time',
  run: async ({ charger, signal, random, wait, token }) => {
    await charger.online(signal);
    while (!signal.aborted) {
      await charger.charge({ connectorId: 1, idToken: token(), durationS: random.between(1800, 7200), startSoc: 0.1 });
      await wait(random.between(30, 120));
    }
  },
};

describe('SIGKILL in the middle of 200 running sessions, ten times under load', () => {
  const journal = new Journal({ keepEntries: false });
  const stopping = new AbortController();
  let server: ServerProcess;
  let graphql: GraphqlClient;
  let depot: Promise<DepotSummary>;
  let acknowledged = 0;
  let running = 0;

  beforeAll(async () => {
    server = await ServerProcess.prepare();
    await server.start();
    graphql = new GraphqlClient(server.graphqlUrl);
    for (const tag of TAGS) {
      await graphql.query(
        `mutation { putToken(input: { idToken: "${tag}", type: "ISO14443", status: ACCEPTED }) { idToken } }`,
      );
    }
    depot = runDepot({
      url: server.ocppUrl,
      chargers: CHARGERS,
      version: 'mixed',
      scenario: alwaysCharging,
      idTokens: TAGS,
      connectors: 1,
      seed: 20,
      speed: 120,
      journal,
      graceMs: 60_000,
      signal: stopping.signal,
      progressIntervalMs: 20,
      onProgress: (progress) => {
        acknowledged = progress.acknowledged;
        running = progress.sessions;
      },
    });
  });
  afterAll(async () => {
    stopping.abort();
    await depot?.catch(() => undefined);
    await graphql?.close();
    await server?.stop();
    server?.removeData();
    journal.close();
  });

  async function until(what: string, reached: () => boolean, timeoutMs = 60_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!reached()) {
      if (Date.now() > deadline)
        throw new Error(`${what}: not reached in ${timeoutMs} ms (${acknowledged} acknowledged, ${running} running)`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  it('loses nothing and doubles nothing', async () => {
    await until('200 sessions running', () => running >= CHARGERS * 0.95);
    for (let kill = 1; kill <= KILLS; kill++) {
      const target = acknowledged + MESSAGES_BETWEEN_KILLS;
      await until(`load before kill ${kill}`, () => acknowledged >= target);
      await server.kill();
      await server.start();
    }
    stopping.abort();
    const summary = await depot;
    expect(summary.unacknowledged).toEqual([]);

    const expected = [...journal.expectedSessions().values()].flat().filter(({ start }) => start === 'acknowledged');
    expect(expected.length).toBeGreaterThanOrEqual(CHARGERS);
    expect(expected.filter(({ stop }) => stop !== 'acknowledged')).toEqual([]);
    await graphql.until<{ sessions: { edges: unknown[] } }>(
      `{ sessions(filter: { state: ACTIVE }, first: 1) { edges { node { id } } } }`,
      {},
      ({ sessions }) => sessions.edges.length === 0,
      60_000,
    );
    const seen = await readSessions(graphql);
    const samples = expected.reduce((sum, session) => sum + session.meterValueMessages, 0);
    process.stderr.write(
      `${KILLS} kills, ${acknowledged} messages acknowledged, ${expected.length} sessions, ${samples} samples\n`,
    );
    expect(samples).toBeGreaterThan(KILLS * MESSAGES_BETWEEN_KILLS * 0.3);
    expect(differences(expected, seen)).toEqual([]);
    // The comparison sees what it is there to see.
    expect(differences(expected.slice(1), seen)).toHaveLength(1);
    expect(differences(expected, seen.slice(1))).toHaveLength(1);
    const doubled = seen.map((session) => ({
      ...session,
      samples: [...session.samples, ...session.samples.slice(0, 1)],
    }));
    expect(differences(expected, doubled).length).toBeGreaterThanOrEqual(CHARGERS);
  }, 300_000);
});

/** Every way in which the read model is not what the journal says, in words. */
function differences(expected: readonly ExpectedSession[], seen: readonly SeenSession[]): string[] {
  const found: string[] = [];
  const byTransaction = new Map<string, SeenSession[]>();
  for (const session of seen) {
    const key = `${session.chargerId} ${session.transactionId}`;
    byTransaction.set(key, [...(byTransaction.get(key) ?? []), session]);
  }
  for (const session of expected) {
    const key = `${session.chargerId} ${session.transactionId}`;
    const matches = byTransaction.get(key) ?? [];
    byTransaction.delete(key);
    if (matches.length !== 1) found.push(`${key}: ${matches.length} sessions instead of one`);
    else found.push(...compare(key, session, matches[0] as SeenSession));
  }
  for (const key of byTransaction.keys()) found.push(`${key}: a session that no charger reported`);
  return found;
}

function compare(key: string, expected: ExpectedSession, seen: SeenSession): string[] {
  const found: string[] = [];
  const energyWh = (expected.meterStopWh ?? Number.NaN) - expected.meterStartWh;
  if (seen.state !== 'ENDED') found.push(`${key}: ${seen.state}`);
  if (seen.incomplete) found.push(`${key}: incomplete`);
  if (Math.abs((seen.energyWh ?? Number.NaN) - energyWh) > 1)
    found.push(`${key}: ${seen.energyWh} Wh instead of ${energyWh}`);
  if (seen.anomalies.length > 0) found.push(`${key}: ${JSON.stringify(seen.anomalies)}`);
  const registers = seen.samples.filter(({ measurand }) => measurand === 'Energy.Active.Import.Register');
  const periodic = registers
    .filter(({ context }) => context === null || context === 'Sample.Periodic')
    .map((s) => s.timestamp);
  const missing = expected.sampleTimestamps.filter((timestamp) => !periodic.includes(timestamp));
  if (missing.length > 0)
    found.push(`${key}: ${missing.length} of ${expected.sampleTimestamps.length} samples are missing`);
  const identities = seen.samples.map((sample) => Object.values(sample).join(' '));
  if (new Set(identities).size !== identities.length) found.push(`${key}: samples are doubled`);
  if (periodic.length > expected.sampleTimestamps.length) {
    found.push(`${key}: ${periodic.length} samples instead of ${expected.sampleTimestamps.length}`);
  }
  return found;
}
