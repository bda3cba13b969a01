import path from 'node:path';
import type { LoadKind } from '../prepared-call';
import { BenchError, type Child } from '../process/child';
import type { ClientRequests, LoadTotals, ProcessUsage } from '../process/protocol';
import { withServer, type RunningServer, type ServerName } from '../process/servers';
import { cpuSecondsPerThousand, perSecond, type LatencySummary } from '../statistics';
import { projectedMessages, putToken } from './graphql';

export interface LoadOptions {
  connections: number;
  seconds: number;
  warmUpSeconds: number;
  dataRoot: string;
  /** Folder for CPU profiles of the servers; null for none. */
  profileFolder: string | null;
  /** Further environment of the server. */
  environment?: Record<string, string>;
}

export interface LoadResult {
  server: ServerName;
  kind: LoadKind;
  messagesPerSecond: number;
  latency: LatencySummary;
  /** Of the server's process, all threads. */
  cpuSecondsPerThousand: number;
  serverCpuShare: number;
  /** Near 1: the client was the limit, the server could do more. */
  clientCpuShare: number;
  projection: ProjectionResult | null;
  /** Frames missing in the message log, of the two per message. */
  lostLogEntries: number;
  profile: string | null;
}

/** How far the read model was behind what chargers had receipts for. */
export interface ProjectionResult {
  /** Messages answered but not yet visible over GraphQL when the load stopped. */
  behindAtEnd: number;
  catchUpMs: number;
  /** All messages of the load, divided by the time from the first of them until the last was visible. */
  projectedPerSecond: number;
  /** Of the server's process in that time: nothing is left to do for later. */
  cpuSecondsPerThousand: number;
}

export const ID_TAG = 'BENCHTOKEN';
const CATCH_UP_LIMIT_MS = 300_000;
const ANSWER_LIMIT_MS = 30_000;

/** A closed loop on every connection: a CALL, its answer, the next CALL. */
export function measureLoad(server: ServerName, kind: LoadKind, options: LoadOptions): Promise<LoadResult> {
  const work = async (running: RunningServer, client: Child<ClientRequests>): Promise<LoadResult> => {
    await prepare(running, client, kind, options.connections);
    const atStart = await running.child.ask('usage', null);
    await client.ask('startLoad', { kind, answers: server === 'raw' ? 'echo' : 'callresult' });
    await seconds(options.warmUpSeconds);
    const profile =
      server !== 'raw' && options.profileFolder && path.join(options.profileFolder, `${server}-${kind}.cpuprofile`);
    if (profile) await running.child.ask('profileStart', null);
    const [before] = await Promise.all([running.child.ask('usage', null), client.ask('beginWindow', null)]);
    await seconds(options.seconds);
    const [after] = await Promise.all([running.child.ask('usage', null), client.ask('endWindow', null)]);
    if (profile) await running.child.ask('profileStop', { file: profile }, 120_000);
    const totals = await client.ask('stopLoad', { timeoutMs: ANSWER_LIMIT_MS }, ANSWER_LIMIT_MS + 30_000);
    requireAnswers(server, totals);
    const projection = await catchUp(running, kind, totals, { connections: options.connections, atStart });
    const { window } = totals;
    if (window.latency === null) throw new BenchError(`${server} answered nothing within ${options.seconds} s.`);
    // The server's clock for the server's CPU: a busy server answers `usage` a little later than the client its own part.
    const serverCpuShare = (after.cpuMicroseconds - before.cpuMicroseconds) / 1000 / (after.atMs - before.atMs);
    return {
      server,
      kind,
      messagesPerSecond: perSecond(window.answered, window.elapsedMs) ?? 0,
      latency: window.latency,
      cpuSecondsPerThousand: cpuSecondsPerThousand(serverCpuShare * window.elapsedMs * 1000, window.answered) ?? 0,
      serverCpuShare,
      clientCpuShare: window.cpuMicroseconds / 1000 / window.elapsedMs,
      projection,
      lostLogEntries: await running.child.ask('lostLogEntries', null),
      profile: profile || null,
    };
  };
  return withServer(server, options.dataRoot, work, options.environment);
}

/** Connects and, where there is somebody to tell, boots and starts a transaction on each connection. */
export async function prepare(
  server: RunningServer,
  client: Child<ClientRequests>,
  kind: LoadKind,
  connections: number,
): Promise<void> {
  const { address } = server;
  const isRaw = server.name === 'raw';
  if (address.graphqlUrl !== null) await putToken(address.graphqlUrl, ID_TAG);
  await client.ask(
    'connect',
    {
      port: address.ocppPort,
      path: address.ocppPath,
      connections,
      concurrency: 50,
      chargerPrefix: 'BENCH-',
      boot: !isRaw,
      timeoutMs: ANSWER_LIMIT_MS,
    },
    120_000,
  );
  if (!isRaw && kind === 'MeterValues') await client.ask('startTransactions', { idTag: ID_TAG }, 120_000);
}

function requireAnswers(server: ServerName, totals: LoadTotals): void {
  const { sent, unanswered, refused, closedConnections, firstProblem } = totals;
  if (unanswered === 0 && refused === 0 && closedConnections === 0) return;
  throw new BenchError(
    `${server}: of ${sent} messages ${unanswered} were not answered and ${refused} refused, ${closedConnections} ` +
      `connections were closed. The first problem: ${firstProblem ?? `no answer within ${ANSWER_LIMIT_MS} ms`}`,
  );
}

/** Asks GraphQL until the register of every session shows the last message it was sent. */
async function catchUp(
  server: RunningServer,
  kind: LoadKind,
  totals: LoadTotals,
  { connections, atStart }: { connections: number; atStart: ProcessUsage },
): Promise<ProjectionResult | null> {
  const url = server.address.graphqlUrl;
  if (url === null || kind !== 'MeterValues') return null;
  const stopped = performance.now();
  let projected = await projectedMessages(url, connections, null);
  const behindAtEnd = totals.answered - projected;
  while (projected < totals.answered) {
    if (performance.now() - stopped > CATCH_UP_LIMIT_MS) {
      throw new BenchError(
        `The read model shows ${projected} of ${totals.answered} messages ${CATCH_UP_LIMIT_MS} ms after the load stopped.`,
      );
    }
    await seconds(0.05);
    projected = await projectedMessages(url, connections, null);
  }
  if (projected > totals.answered) {
    throw new BenchError(`The read model shows ${projected} Wh for ${totals.answered} messages of 1 Wh each.`);
  }
  const catchUpMs = performance.now() - stopped;
  const { cpuMicroseconds } = await server.child.ask('usage', null);
  return {
    behindAtEnd,
    catchUpMs,
    projectedPerSecond: perSecond(totals.answered, totals.elapsedMs + catchUpMs) ?? 0,
    cpuSecondsPerThousand: cpuSecondsPerThousand(cpuMicroseconds - atStart.cpuMicroseconds, totals.answered) ?? 0,
  };
}

export function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1000));
}
