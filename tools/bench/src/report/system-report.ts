import type { IdleResult } from '../measure/idle';
import type { LatencyResult } from '../measure/latency';
import type { LoadResult } from '../measure/load';
import type { LoadKind } from '../prepared-call';
import { mean, ratio } from '../statistics';
import { fixed, percent, table, verdict, whole } from './format';

/** What the project wants of itself, per server: share of the raw echo rate with every message durable. */
export const AIMS = { connect: 0.3, standalone: 0.12, idleKb: 20, frameToReadModelP99Ms: 250 } as const;

/** Whether the client had less of its core left than the server of its own: then the figure is the client's. */
function clientWasTheLimit({ clientCpuShare, serverCpuShare }: LoadResult): boolean {
  return clientCpuShare > 0.9 && clientCpuShare > serverCpuShare;
}

export interface Ratio {
  server: 'connect' | 'standalone';
  kind: LoadKind;
  ratio: number | null;
  /** Counting only what was projected too; standalone with MeterValues. */
  projectedRatio: number | null;
  /** By CPU time instead of rate: what else the machine does disturbs it less. */
  cpuRatio: number | null;
}

/** Baseline's CPU time for a message divided by the server's: what the ratio would be with a core to itself. */
function cpuRatio(results: readonly LoadResult[], result: LoadResult): number | null {
  const baseline = results.filter((r) => r.server === 'raw' && r.kind === result.kind);
  return ratio(mean(baseline.map((r) => r.cpuSecondsPerThousand)), result.cpuSecondsPerThousand);
}

/** Mean of the baseline's runs of one kind, before and after the servers it is compared with. */
export function baselineOf(results: readonly LoadResult[], kind: LoadKind): number | null {
  return mean(results.filter((r) => r.server === 'raw' && r.kind === kind).map((r) => r.messagesPerSecond));
}

export function ratiosOf(results: readonly LoadResult[]): Ratio[] {
  return results.flatMap((result) => {
    if (result.server === 'raw' || result.server === 'connect-kafka') return [];
    const baseline = baselineOf(results, result.kind);
    return {
      server: result.server,
      kind: result.kind,
      ratio: ratio(result.messagesPerSecond, baseline),
      projectedRatio: ratio(result.projection?.projectedPerSecond ?? null, baseline),
      cpuRatio: cpuRatio(results, result),
    };
  });
}

export function loadReport(results: readonly LoadResult[], kind: LoadKind): string {
  const rows = results
    .filter((result) => result.kind === kind)
    .map((result) => [
      result.server,
      whole(result.messagesPerSecond),
      fixed(result.latency.p50Ms, 2),
      fixed(result.latency.p99Ms, 2),
      fixed(result.latency.maxMs, 1),
      fixed(result.cpuSecondsPerThousand, 4),
      percent(result.serverCpuShare),
      percent(result.clientCpuShare) + (clientWasTheLimit(result) ? ' *' : ''),
      result.server === 'raw' ? '1' : fixed(ratio(result.messagesPerSecond, baselineOf(results, kind)), 3),
      result.server === 'raw' ? '1' : fixed(cpuRatio(results, result), 3),
    ]);
  const header = [
    'server',
    'msg/s',
    'p50 ms',
    'p99 ms',
    'max ms',
    'CPU s/1,000',
    'server CPU',
    'client CPU',
    'ratio',
    'by CPU',
  ];
  const starred = rows.some((row) => row[7]?.endsWith('*'));
  const note = starred ? '\n* the client was the limit: the server could have answered more' : '';
  const lost = results.filter((result) => result.kind === kind && result.lostLogEntries > 0);
  const losses = lost.map(
    (r) => `\n${r.server} left ${whole(r.lostLogEntries)} frames out of its message log (not of the bus)`,
  );
  return `${table(header, rows)}${note}${unrest(results, kind)}${losses.join('')}`;
}

/** Said when the baseline before and the baseline after have little to do with each other. */
function unrest(results: readonly LoadResult[], kind: LoadKind): string {
  const rates = results.filter((r) => r.server === 'raw' && r.kind === kind).map((r) => r.messagesPerSecond);
  if (rates.length < 2 || Math.min(...rates) > 0.8 * Math.max(...rates)) return '';
  return '\nThe baseline moved by more than a fifth: the machine was busy with something else. Trust "by CPU" more than "ratio".';
}

export function projectionReport(results: readonly LoadResult[]): string | null {
  const lines = results.flatMap(({ projection, messagesPerSecond }) => {
    if (projection === null) return [];
    return (
      `standalone accepted ${whole(messagesPerSecond)} MeterValues/s; when the load stopped ` +
      `${whole(projection.behindAtEnd)} were not yet in the read model, ${whole(projection.catchUpMs)} ms later all were: ` +
      `${whole(projection.projectedPerSecond)} msg/s and ${fixed(projection.cpuSecondsPerThousand, 4)} CPU s/1,000 counted until then`
    );
  });
  return lines.length > 0 ? lines.join('\n') : null;
}

export function aimsReport(ratios: readonly Ratio[]): string | null {
  const lines = ratios.flatMap((entry) => {
    if (entry.ratio === null) return [];
    const aim = AIMS[entry.server];
    const line = (what: string, value: number) =>
      `${entry.server}, ${entry.kind}${what}: ${fixed(value, 3)} of the raw echo rate, aim ≥ ${aim}: ${verdict(value >= aim)}`;
    const byCpu = `${entry.server}, ${entry.kind}: by CPU time ${fixed(entry.cpuRatio, 3)}`;
    const projected = entry.projectedRatio;
    return [line('', entry.ratio), ...(projected === null ? [] : [line(' with catching up', projected)]), byCpu];
  });
  return lines.length > 0 ? lines.join('\n') : null;
}

export function idleReport(results: readonly IdleResult[]): string {
  const rows = results.map((result) => [
    result.server,
    whole(result.connections),
    fixed(result.rssKbPerConnection, 1),
    fixed(result.heapKbPerConnection, 1),
    whole((result.connections * 1000) / result.openMs),
    result.server === 'raw' ? '' : verdict(result.rssKbPerConnection <= AIMS.idleKb),
  ]);
  return table(['server', 'connections', 'RSS KB each', 'JS KB each', 'opened/s', `≤ ${AIMS.idleKb} KB`], rows);
}

export function latencyReport(result: LatencyResult): string {
  const row = (name: string, { p50Ms, p99Ms, maxMs, count }: LatencyResult['receipt']) => [
    name,
    whole(count),
    fixed(p50Ms, 1),
    fixed(p99Ms, 1),
    fixed(maxMs, 1),
  ];
  const { p99Ms } = result.frameToReadModel;
  const aim = AIMS.frameToReadModelP99Ms;
  return [
    table(
      ['from the frame to', 'count', 'p50 ms', 'p99 ms', 'max ms'],
      [
        row('its receipt', result.receipt),
        row('GraphQL shows it', result.frameToReadModel),
        row('(one query)', result.queryMs),
      ],
    ),
    `frame to read model, p99: ${fixed(p99Ms, 1)} ms, aim ≤ ${aim} ms: ${verdict(p99Ms <= aim)}`,
  ].join('\n');
}
