import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { seededRandom } from '@chargestream/charger-sim';
import { judgeCommands } from '../load/commands';
import { chargerIds, DepotLoad } from '../load/depot';
import { differences } from '../oracle/differences';
import { queryOf, type Query } from '../oracle/query';
import { readSessions } from '../oracle/sessions';
import { freePort } from '../system/free-port';
import { ServiceProcess } from '../system/service-process';
import { growthOf } from './growth';
import { newestReading, type HeapReading } from './heap-line';
import { Operators } from './operators';
import type { SoakVerdict } from './soak-verdict';

export interface SoakOptions {
  chargers: number;
  seconds: number;
  /** Not judged for growth: caches fill. */
  warmUpSeconds: number;
  seed: number;
  /** Simulated seconds in a real one. */
  speed: number;
  say: (line: string) => void;
}

const READ_EVERY_MS = 5_000;
const SETTLE_MS = 180_000;
const POLL_MS = 500;

/** The whole program in one process, a depot of 1.6 chargers and busy operators: what is left after some minutes of it. */
export async function runSoak(options: SoakOptions): Promise<SoakVerdict> {
  const { say, chargers, seed, speed } = options;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'chargestream-soak-'));
  const [ocppPort, apiPort] = [await freePort(), await freePort()];
  const program = new ServiceProcess({
    kind: 'standalone',
    name: 'standalone',
    program: 'apps/standalone/dist/main.js',
    environment: {
      NODE_OPTIONS: `--require=${path.join(__dirname, 'heap-probe.js')}`,
      DATA_DIR: path.join(folder, 'data'),
      OCPP_PORT: String(ocppPort),
      API_PORT: String(apiPort),
      LOG_LEVEL: 'error',
    },
    readyUrl: `http://127.0.0.1:${apiPort}/readyz`,
    logFile: path.join(folder, 'standalone.log'),
  });
  say('starting the whole program in one process');
  await program.start();
  try {
    const query = queryOf(`http://127.0.0.1:${apiPort}/graphql`);
    const ocppUrl = `ws://127.0.0.1:${ocppPort}/ocpp`;
    const depot = new DepotLoad({ ocppUrl, query, chargers, seed, speed, version: '1.6' });
    await depot.start();
    say(`${chargers} chargers, nearly all charging`);
    return await soak(program, query, depot, options);
  } finally {
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function soak(
  program: ServiceProcess,
  query: Query,
  depot: DepotLoad,
  { chargers, seed, seconds, warmUpSeconds, say }: SoakOptions,
): Promise<SoakVerdict> {
  const random = seededRandom(`soak ${seed}`);
  const operators = new Operators({ query, chargerIds: chargerIds(chargers), random, everyMs: 250 });
  await operators.prepare();
  operators.start();
  const readings: HeapReading[] = [];
  const startedMs = Date.now();
  for (let toldMs = startedMs; Date.now() - startedMs < seconds * 1000;) {
    await pause(READ_EVERY_MS);
    const reading = await readHeap(program);
    if (Date.now() - startedMs >= warmUpSeconds * 1000) readings.push(reading);
    if (Date.now() - toldMs < 60_000) continue;
    toldMs = Date.now();
    say(`${depot.acknowledged} messages, ${operators.sent.length} commands, heap ${megabytes(reading.heapUsed)} MB`);
  }
  await operators.stop();
  say('ending all sessions');
  const summary = await depot.stop();
  const settledBy = Date.now() + SETTLE_MS;
  while (Date.now() < settledBy && !(await isSettled(query, operators))) await pause(POLL_MS);
  say('comparing');
  const expected = depot.expected();
  return {
    ...differences(expected, await readSessions(query)),
    acknowledged: depot.acknowledged,
    sessions: expected.length,
    commands: await judgeCommands(query, operators.sent),
    commandCounts: operators.counts,
    refused: operators.refused,
    unacknowledged: summary.unacknowledged.map(({ what, count }) => `${count} × ${what}`),
    growth: growthOf(readings),
    crashed: program.isRunning() ? null : program.lastOutput(),
    complaints: complaintsIn(program.lastOutput()),
  };
}

async function isSettled(query: Query, operators: Operators): Promise<boolean> {
  const { sessions } = await query<{ sessions: { nodes: unknown[] } }>(
    '{ sessions(filter: { state: ACTIVE }, first: 1) { nodes { id } } }',
  );
  return sessions.nodes.length === 0 && (await judgeCommands(query, operators.sent)).open.length === 0;
}

/** @throws Error when the program has ended or does not answer */
async function readHeap(program: ServiceProcess): Promise<HeapReading> {
  const askedMs = Date.now();
  program.signal('SIGUSR2');
  while (Date.now() - askedMs < 30_000) {
    if (!program.isRunning()) throw new Error(`the program ended and said:\n${program.lastOutput()}`);
    const reading = newestReading(program.lastOutput());
    if (reading !== null && reading.atMs >= askedMs) return reading;
    await pause(20);
  }
  throw new Error('the heap probe does not answer');
}

/** Errors the program logged, and rejections nobody handled. */
function complaintsIn(output: string): string[] {
  return output.split('\n').filter((line) => /unhandled|"level":(50|60)|"level":"(error|fatal)"/i.test(line));
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
