import type { CommandLatency } from '../measure/commands';
import type { LoadResult } from '../measure/load';
import { mean, ratio } from '../statistics';
import { fixed, percent, table, whole } from './format';

/** A row for each number of connections: what connect does on Kafka, and what of the echo's rate that is. */
export function growthReport(loads: readonly { connections: number; results: readonly LoadResult[] }[]): string {
  const rows = loads.map(({ connections, results }) => {
    const echo = results.filter(({ server }) => server === 'raw');
    const connect = results.find(({ server }) => server === 'connect-kafka');
    const echoRate = mean(echo.map(({ messagesPerSecond }) => messagesPerSecond));
    const echoCpu = mean(echo.map(({ cpuSecondsPerThousand }) => cpuSecondsPerThousand));
    return [
      whole(connections),
      whole(echoRate),
      whole(connect?.messagesPerSecond ?? null),
      fixed(connect?.latency.p50Ms ?? null, 1),
      fixed(connect?.latency.p99Ms ?? null, 1),
      fixed(connect?.cpuSecondsPerThousand ?? null, 4),
      connect === undefined ? '–' : percent(connect.serverCpuShare),
      fixed(ratio(connect?.messagesPerSecond ?? null, echoRate), 3),
      fixed(ratio(echoCpu, connect?.cpuSecondsPerThousand ?? null), 3),
    ];
  });
  const header = [
    'connections',
    'echo msg/s',
    'connect msg/s',
    'p50 ms',
    'p99 ms',
    'CPU s/1,000',
    'server CPU',
    'ratio',
    'by CPU',
  ];
  return table(header, rows);
}

export function commandReport(commands: readonly CommandLatency[]): string {
  const first = commands[0]?.roundTrip.p50Ms ?? null;
  const rows = commands.map(({ connections, roundTrip }) => [
    whole(connections),
    whole(roundTrip.count),
    fixed(roundTrip.p50Ms, 1),
    fixed(roundTrip.p99Ms, 1),
    fixed(roundTrip.maxMs, 1),
    fixed(ratio(roundTrip.p50Ms, first), 2),
  ]);
  return table(['connections', 'commands', 'p50 ms', 'p99 ms', 'max ms', 'p50 to first row'], rows);
}
