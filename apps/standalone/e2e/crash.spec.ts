import { Journal, runDepot, type DepotSummary } from '@chargestream/charger-sim';
import { alwaysCharging, differences, queryOf, readSessions } from '@chargestream/cluster';
import { GraphqlClient } from './support/graphql';
import { ClusterServer, ON_CLUSTER } from './support/cluster-system';
import { ServerProcess, type CrashableServer } from './support/server-process';

const CHARGERS = 200;
const KILLS = 10;
/** Acknowledged messages between a restart and the next kill: far enough to be in the middle of everything. */
const MESSAGES_BETWEEN_KILLS = 400;
const TAGS = ['CRASH-1', 'CRASH-2', 'CRASH-3'];
/** Separate services on a small machine have a backlog to show after ten kills of all of them. */
const SHOWN_MS = ON_CLUSTER ? 300_000 : 60_000;
const ALL_OF_IT_MS = ON_CLUSTER ? 900_000 : 300_000;

describe('SIGKILL in the middle of 200 running sessions, ten times under load', () => {
  const journal = new Journal({ keepEntries: false });
  const stopping = new AbortController();
  let server: CrashableServer;
  let graphql: GraphqlClient;
  let depot: Promise<DepotSummary>;
  let acknowledged = 0;
  let running = 0;

  beforeAll(async () => {
    server = await (ON_CLUSTER ? ClusterServer : ServerProcess).prepare();
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

  it(
    'loses nothing and doubles nothing',
    async () => {
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
        SHOWN_MS,
      );
      const seen = await readSessions(queryOf(server.graphqlUrl));
      const samples = expected.reduce((sum, session) => sum + session.meterValueMessages, 0);
      process.stderr.write(
        `${KILLS} kills, ${acknowledged} messages acknowledged, ${expected.length} sessions, ${samples} samples\n`,
      );
      expect(samples).toBeGreaterThan(KILLS * MESSAGES_BETWEEN_KILLS * 0.3);
      expect(differences(expected, seen)).toEqual({ lost: [], doubled: [], wrong: [] });
      // The comparison sees what it is there to see.
      expect(differences(expected.slice(1), seen).doubled).toHaveLength(1);
      expect(differences(expected, seen.slice(1)).lost).toHaveLength(1);
      const doubled = seen.map((session) => ({
        ...session,
        samples: [...session.samples, ...session.samples.slice(0, 1)],
      }));
      expect(differences(expected, doubled).doubled.length).toBeGreaterThanOrEqual(CHARGERS);
    },
    ALL_OF_IT_MS,
  );
});
