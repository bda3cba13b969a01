import { parseArgs } from 'node:util';

export const HELP = `Loads ChargeStream's meter values from Kafka into Parquet files, and asks DuckDB about them.

Usage: node examples/parquet-duckdb/dist/main.js load|query [options]

  load               write what is on the topic to files, and go on until stopped
  query              print what each charger did by day

  --folder PATH      where the files are (meter-values)
  --brokers LIST     host:port of Kafka's brokers, separated by commas (KAFKA_BROKERS, 127.0.0.1:9092)
  --group NAME       consumer group (parquet-duckdb)
  --gather-s N       seconds to wait for more before a file is written, at most 20 (10)
  --quiet-s N        end loading when nothing has come for N seconds
  --time-zone NAME   whose days, e.g. Europe/Berlin (UTC)
  --json             print JSON lines instead of a table
  --help             this text
`;

export interface Options {
  help: boolean;
  command: 'load' | 'query';
  folder: string;
  brokers: string[];
  group: string;
  gatherS: number;
  /** Null: never. */
  quietS: number | null;
  timeZone: string;
  json: boolean;
}

/** @throws Error with what is wrong with the command line. */
export function parseOptions(args: string[], environment: Record<string, string | undefined>): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      folder: { type: 'string', default: 'meter-values' },
      brokers: { type: 'string', default: environment.KAFKA_BROKERS ?? '127.0.0.1:9092' },
      group: { type: 'string', default: 'parquet-duckdb' },
      'gather-s': { type: 'string', default: '10' },
      'quiet-s': { type: 'string' },
      'time-zone': { type: 'string', default: 'UTC' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command = values.help ? 'load' : ''] = positionals;
  if (command !== 'load' && command !== 'query') throw new Error('Say what to do: load or query. --help tells more.');
  return {
    help: values.help,
    command,
    folder: values.folder,
    brokers: values.brokers.split(',').map((broker) => broker.trim()),
    group: values.group,
    // Below the time after which kafkajs gives a request up.
    gatherS: seconds('--gather-s', values['gather-s'], 20),
    quietS: values['quiet-s'] === undefined ? null : seconds('--quiet-s', values['quiet-s'], 3_600),
    timeZone: values['time-zone'],
    json: values.json,
  };
}

function seconds(option: string, text: string, most: number): number {
  const value = Number(text);
  if (!(value > 0 && value <= most)) throw new Error(`${option} takes seconds, above 0 and up to ${most}`);
  return value;
}
