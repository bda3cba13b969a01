import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

/** Parts that measure the system over sockets, in the order they run. */
export const SYSTEM_PARTS = ['raw', 'connect', 'standalone', 'idle', 'latency'] as const;
/** Parts that measure one library inside one process. */
export const MICRO_PARTS = ['codec', 'bus', 'store', 'projection'] as const;
export const PARTS = [...SYSTEM_PARTS, ...MICRO_PARTS] as const;
export type MicroPart = (typeof MICRO_PARTS)[number];
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  help: boolean;
  parts: ReadonlySet<Part>;
  connections: number;
  /** Measure connect on Kafka and commands through a cluster, instead of the parts. */
  cluster: boolean;
  /** Largest number of connections of the cluster's measurements. */
  clusterConnections: number;
  idleConnections: number;
  seconds: number;
  warmUpSeconds: number;
  probes: number;
  jsonFile: string | null;
  profileFolder: string | null;
  dataRoot: string;
}

/** A command line that cannot be used; the message says what to write instead. */
export class OptionsError extends Error {}

export const HELP = `The bench of ChargeStream: how much of what plain WebSockets can do is left when every message is durable.

Usage: npm run bench -- [options]

  --only PARTS           only these parts, separated by commas:
                           raw, connect, standalone   the load of 100 connections
                           idle                       memory of idle connections
                           latency                    from a charger's frame to the read model
                           codec, bus, store, projection   one library in one process
                         "all" is all of them; without --only it is the first five.
                         raw is the baseline: it is measured with connect and standalone in any case
  --connections N        connections of the load (100)
  --idle-connections N   idle connections (10000)
  --cluster              instead of the parts: connect on a real Kafka against raw, and commands through a cluster of
                         two connects, two cores and two apis, with 100, 1,000 and 10,000 connections
  --cluster-connections N   the largest of these numbers (10000)
  --seconds N            length of each measurement (8)
  --warm-up N            seconds of load before it (4)
  --probes N             messages of the latency part (300)
  --json FILE            also write every figure to FILE
  --profile DIR          also write a CPU profile of each server under load to DIR, and say where the time goes
  --data DIR             where the servers keep their data while they run (the system's temporary folder);
                         a memory file system makes durability free and the figures worthless
  --help                 this text

Ends with an error when a server fails or a message is not answered, not when the figures are low.
`;

/** @throws OptionsError for an option or value that does not exist */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const values = parsed(argv);
  return {
    help: values.help,
    parts: partsOf(values.only),
    connections: whole('connections', values.connections, 1, 10_000),
    cluster: values.cluster,
    clusterConnections: whole('cluster-connections', values['cluster-connections'], 100, 10_000),
    idleConnections: whole('idle-connections', values['idle-connections'], 1, 28_000),
    seconds: whole('seconds', values.seconds, 1, 600),
    warmUpSeconds: whole('warm-up', values['warm-up'], 0, 600),
    probes: whole('probes', values.probes, 1, 100_000),
    jsonFile: values.json === undefined ? null : path.resolve(values.json),
    profileFolder: values.profile === undefined ? null : path.resolve(values.profile),
    dataRoot: path.resolve(values.data),
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        only: { type: 'string' },
        connections: { type: 'string', default: '100' },
        cluster: { type: 'boolean', default: false },
        'cluster-connections': { type: 'string', default: '10000' },
        'idle-connections': { type: 'string', default: '10000' },
        seconds: { type: 'string', default: '8' },
        'warm-up': { type: 'string', default: '4' },
        probes: { type: 'string', default: '300' },
        json: { type: 'string' },
        profile: { type: 'string' },
        data: { type: 'string', default: tmpdir() },
      },
    }).values;
  } catch (error) {
    throw new OptionsError(`${(error as Error).message}. npm run bench -- --help lists the options.`);
  }
}

function partsOf(only: string | undefined): Set<Part> {
  if (only === undefined) return new Set(SYSTEM_PARTS);
  if (only === 'all') return new Set(PARTS);
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(PARTS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new OptionsError(`--only takes ${PARTS.join(', ')} or all, not "${unknown}": --only connect,idle`);
  }
  return new Set(names as Part[]);
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new OptionsError(`--${name} takes a whole number from ${min} to ${max}, not "${text}": --${name} ${min}`);
}
