import { setTimeout } from 'node:timers/promises';
import { connectCharger, type ScriptedCharger } from '@chargestream/charger-sim';
import type { Cluster } from '@chargestream/cluster';
import { BenchError, type Child } from '../process/child';
import type { ClientRequests } from '../process/protocol';
import { startClient } from '../process/servers';
import { summariseLatencies, type LatencySummary } from '../statistics';
import { query } from './graphql';

export interface CommandLatency {
  connections: number;
  /** From the mutation being sent until it answers with what the charger said. */
  roundTrip: LatencySummary;
}

const WARM_UP_COMMANDS = 10;
/** For the read model to show ten thousand new chargers. */
const KNOWN_WITHIN_MS = 300_000;
const CONNECTIVITY = /* GraphQL */ `
  query Connectivity($chargerId: ID!) {
    charger(id: $chargerId) {
      connectivity
    }
  }
`;
const CLEAR_CACHE = /* GraphQL */ `
  mutation Clear($chargerId: ID!) {
    clearCache(input: { chargerId: $chargerId }, waitSeconds: 30) {
      state
    }
  }
`;

/**
 * One command after the other through api, core and the connect that has the charger, while so many others are connected.
 * The chargers asked are half on one connect and half on the other.
 */
export async function measureCommands(
  cluster: Cluster,
  connections: number,
  commands: number,
): Promise<CommandLatency> {
  const chargers: ScriptedCharger[] = [];
  const idle: Child<ClientRequests>[] = [];
  try {
    for (const [index, url] of cluster.connectUrls.entries()) {
      idle.push(await connectIdle(url, Math.floor(connections / cluster.connectUrls.length), `IDLE-${index}-`));
      const charger = await connectCharger({ url, chargerId: `ASKED-${connections}-${index}`, version: '1.6' });
      await charger.boot();
      chargers.push(charger);
    }
    for (const { chargerId } of chargers) await untilOnline(cluster.graphqlUrl, chargerId);
    const roundTripsMs: number[] = [];
    for (let number = 0; number < WARM_UP_COMMANDS + commands; number++) {
      const charger = chargers[number % chargers.length] as ScriptedCharger;
      const began = performance.now();
      const { clearCache } = await query<{ clearCache: { state: string } }>(cluster.graphqlUrl, CLEAR_CACHE, {
        chargerId: charger.chargerId,
      });
      if (clearCache.state !== 'ACCEPTED') throw new BenchError(`A command ended ${clearCache.state}, not ACCEPTED.`);
      if (number >= WARM_UP_COMMANDS) roundTripsMs.push(performance.now() - began);
    }
    const roundTrip = summariseLatencies(roundTripsMs);
    if (roundTrip === null) throw new BenchError('No command was measured: ask for at least one.');
    return { connections, roundTrip };
  } finally {
    for (const charger of chargers) void charger.close();
    for (const client of idle) await client.stop();
  }
}

/** Until core has handled everything up to the charger's connection, so that nothing but the commands is measured. */
async function untilOnline(graphqlUrl: string, chargerId: string): Promise<void> {
  const deadlineMs = performance.now() + KNOWN_WITHIN_MS;
  while (performance.now() < deadlineMs) {
    const { charger } = await query<{ charger: { connectivity: string } | null }>(graphqlUrl, CONNECTIVITY, {
      chargerId,
    });
    if (charger?.connectivity === 'ONLINE') return;
    await setTimeout(250);
  }
  throw new BenchError(`The cluster does not show ${chargerId} online within ${KNOWN_WITHIN_MS / 1000} s.`);
}

async function connectIdle(url: string, connections: number, chargerPrefix: string): Promise<Child<ClientRequests>> {
  const client = await startClient();
  const { port, pathname } = new URL(url);
  await client.ask(
    'connect',
    {
      port: Number(port),
      path: `${pathname}/`,
      connections,
      concurrency: 50,
      chargerPrefix,
      boot: true,
      timeoutMs: 60_000,
    },
    300_000,
  );
  return client;
}
