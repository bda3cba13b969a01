import { parseArgs } from 'node:util';

export const HELP = `Adds up the energy of each charger by day, from ChargeStream's topics in Kafka.

Usage: node examples/daily-energy/dist/main.js [options]

  --brokers LIST     host:port of Kafka's brokers, separated by commas (KAFKA_BROKERS, 127.0.0.1:9092)
  --group NAME       consumer group (daily-energy)
  --file PATH        SQLite file of the result (daily-energy.db)
  --time-zone NAME   whose days, e.g. Europe/Berlin (UTC)
  --quiet-s N        end when nothing has come for N seconds; without it, go on until stopped
  --json             print the result as JSON lines instead of a table
  --help             this text
`;

export interface Options {
  help: boolean;
  brokers: string[];
  group: string;
  file: string;
  timeZone: string;
  /** Null: never. */
  quietS: number | null;
  json: boolean;
}

/** @throws Error with what is wrong with the command line. */
export function parseOptions(args: string[], environment: Record<string, string | undefined>): Options {
  const { values } = parseArgs({
    args,
    options: {
      brokers: { type: 'string', default: environment.KAFKA_BROKERS ?? '127.0.0.1:9092' },
      group: { type: 'string', default: 'daily-energy' },
      file: { type: 'string', default: 'daily-energy.db' },
      'time-zone': { type: 'string', default: 'UTC' },
      'quiet-s': { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const quietS = values['quiet-s'] === undefined ? null : Number(values['quiet-s']);
  if (quietS !== null && !(quietS > 0))
    throw new Error('--quiet-s takes a number of seconds above 0, e.g. --quiet-s 5');
  return {
    help: values.help,
    brokers: values.brokers.split(',').map((broker) => broker.trim()),
    group: values.group,
    file: values.file,
    timeZone: values['time-zone'],
    quietS,
    json: values.json,
  };
}
