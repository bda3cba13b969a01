import { spawn } from 'node:child_process';
import path from 'node:path';
import { queryOf } from './oracle/query';
import type { ClusterRequest } from './options';
import { startCluster } from './system/cluster';

const DEPOT_SIM = path.resolve(__dirname, '../../../apps/depot-sim/dist/main.js');
const TOKENS = [1, 2, 3, 4, 5].map((number) => `DEMO-TAG-${number}`);

/** Brings the cluster up and keeps it up. Resolves with depot-sim's exit code, or 0 without one. */
export async function runUp(
  request: Extract<ClusterRequest, { kind: 'up' }>,
  print: (line: string) => void,
): Promise<number> {
  const cluster = await startCluster({ brokers: request.brokers, onStep: (step) => print(`starting ${step}`) });
  try {
    print(`
The cluster is running.
  chargers connect to   ${cluster.ocppUrl}/{chargerId}
  GraphQL               ${cluster.graphqlUrl}
  Kafka                 ${cluster.kafka.brokers.join()}
  PostgreSQL            ${cluster.postgres.url}
  logs                  ${cluster.folder}
Ctrl-C ends it.
`);
    if (!request.depot) return await interrupted(request.seconds);
    const query = queryOf(cluster.graphqlUrl);
    for (const token of TOKENS) {
      await query(
        `mutation { putToken(input: { idToken: "${token}", type: "ISO14443", status: ACCEPTED }) { idToken } }`,
      );
    }
    return await depotSim(cluster.ocppUrl, request);
  } finally {
    print('stopping the cluster');
    await cluster.stop();
  }
}

function depotSim(ocppUrl: string, request: Extract<ClusterRequest, { kind: 'up' }>): Promise<number> {
  const { chargers, speed, seed, seconds } = request;
  const duration = seconds === null ? [] : ['--duration', String(seconds)];
  const args = ['--url', ocppUrl, '--chargers', String(chargers), '--speed', String(speed), '--seed', String(seed)];
  const child = spawn(process.execPath, [DEPOT_SIM, ...args, ...duration], { stdio: 'inherit' });
  // Ctrl-C reaches depot-sim too: it ends its sessions, and the cluster goes when it is done.
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  process.once('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) =>
    child.once('exit', (code) => {
      process.off('SIGINT', ignore);
      resolve(code ?? 1);
    }),
  );
}

function interrupted(seconds: number | null): Promise<number> {
  return new Promise((resolve) => {
    const done = () => resolve(0);
    process.once('SIGINT', done);
    process.once('SIGTERM', done);
    if (seconds !== null) setTimeout(done, seconds * 1000);
  });
}
