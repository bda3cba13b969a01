import { measureIdle, openFilesLimit, openFilesProblem, type IdleResult } from './measure/idle';
import { measureLatency, type LatencyResult } from './measure/latency';
import { measureLoad, type LoadResult } from './measure/load';
import type { BenchOptions } from './options';
import type { LoadKind } from './prepared-call';
import { BenchError } from './process/child';
import type { ServerName } from './process/servers';
import {
  aimsReport,
  idleReport,
  latencyReport,
  loadReport,
  projectionReport,
  ratiosOf,
  type Ratio,
} from './report/system-report';
import { profileReport } from './report/profile-report';

export interface SystemResults {
  loads: LoadResult[];
  ratios: Ratio[];
  idle: IdleResult[];
  latency: LatencyResult | null;
}

const KINDS: readonly LoadKind[] = ['MeterValues', 'Heartbeat'];

/** Measures the parts asked for, one after the other, and prints each as soon as it is known. */
export async function runSystem(options: BenchOptions, print: (text: string) => void): Promise<SystemResults> {
  const { parts } = options;
  const results: SystemResults = { loads: [], ratios: [], idle: [], latency: null };
  const compared = (['connect', 'standalone'] as const).filter((name) => parts.has(name));
  if (parts.has('raw') || compared.length > 0) {
    for (const kind of KINDS) {
      const servers: ServerName[] = compared.length > 0 ? ['raw', ...compared, 'raw'] : ['raw'];
      print(`\n${title(kind)}, ${options.connections} connections, ${options.seconds} s each\n`);
      for (const server of servers) results.loads.push(await measureLoad(server, kind, options));
      print(loadReport(results.loads, kind));
      const projections = projectionReport(results.loads.filter((result) => result.kind === kind));
      if (projections !== null) print(`\n${projections}`);
    }
    results.ratios = ratiosOf(results.loads);
    const aims = aimsReport(results.ratios);
    if (aims !== null) print(`\n${aims}`);
    for (const { profile } of results.loads) if (profile !== null) print(await profileReport(profile));
  }
  if (parts.has('idle')) results.idle = await runIdle(options, print);
  if (parts.has('latency')) {
    print('\nUnloaded: one charger, one message at a time\n');
    results.latency = await measureLatency(options.probes, options.dataRoot);
    print(latencyReport(results.latency));
  }
  return results;
}

async function runIdle(options: BenchOptions, print: (text: string) => void): Promise<IdleResult[]> {
  const problem = openFilesProblem(options.idleConnections, openFilesLimit());
  if (problem !== null) throw new BenchError(problem);
  print('\nIdle connections: booted, then silent\n');
  const results: IdleResult[] = [];
  for (const server of ['raw', 'connect', 'standalone'] as const) {
    results.push(await measureIdle(server, { connections: options.idleConnections, dataRoot: options.dataRoot }));
  }
  print(idleReport(results));
  return results;
}

function title(kind: LoadKind): string {
  return kind === 'MeterValues' ? 'MeterValues of 430 bytes, each different, in a running transaction' : 'Heartbeats';
}
