import { startCluster } from '@chargestream/cluster';
import { startKafka } from '@chargestream/kafka';
import { measureCommands, type CommandLatency } from './measure/commands';
import { openFilesLimit, openFilesProblem } from './measure/idle';
import { measureLoad, type LoadResult } from './measure/load';
import type { BenchOptions } from './options';
import { BenchError } from './process/child';
import { commandReport, growthReport } from './report/cluster-report';

export interface ClusterResults {
  loads: { connections: number; results: LoadResult[] }[];
  commands: CommandLatency[];
}

/** From a hundred connections to `--connections`, or ten thousand, by tens. */
function steps(most: number): number[] {
  return [100, 1_000, 10_000].filter((connections) => connections <= most);
}

/** connect on a real Kafka against the raw echo, and commands through a whole cluster, with more and more connections. */
export async function runCluster(options: BenchOptions, print: (text: string) => void): Promise<ClusterResults> {
  const counts = steps(options.clusterConnections);
  const problem = openFilesProblem(Math.max(...counts), openFilesLimit());
  if (problem !== null) throw new BenchError(problem);
  const results: ClusterResults = { loads: [], commands: [] };

  print(
    '\nMeterValues of 430 bytes, each different, in a running transaction; connect on Kafka (one broker, acks=all)\n',
  );
  const kafka = await startKafka();
  try {
    for (const connections of counts) {
      const environment = { KAFKA_BROKERS: kafka.brokers.join() };
      const loadOptions = { ...options, connections, environment };
      const loads: LoadResult[] = [];
      for (const server of ['raw', 'connect-kafka', 'raw'] as const) {
        loads.push(await measureLoad(server, 'MeterValues', loadOptions));
      }
      results.loads.push({ connections, results: loads });
    }
  } finally {
    await kafka.stop();
  }
  print(growthReport(results.loads));

  print('\nclearCache through api, core and two connects, one after the other, while others are connected\n');
  const cluster = await startCluster({ environment: { LOG_LEVEL: 'error', OCPP_PING_INTERVAL_S: '0' } });
  try {
    for (const connections of counts) {
      results.commands.push(await measureCommands(cluster, connections, options.probes));
    }
  } finally {
    await cluster.stop();
  }
  print(commandReport(results.commands));
  return results;
}
