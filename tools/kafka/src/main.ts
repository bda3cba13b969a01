import { parseArgs } from 'node:util';
import { kafkaUnavailable } from './java';
import { KAFKA_VERSION } from './jars';
import { startKafka } from './start-kafka';

const HELP = `Starts Apache Kafka ${KAFKA_VERSION} (KRaft) on this machine until Ctrl-C.

  npm run kafka                     one broker on a free port
  npm run kafka -- --brokers 3      three brokers, replicated
  --port <n>       port of the first broker; the others follow (default: free ports)
  --heap-mb <n>    largest heap of each broker, MB (default 512)
  --secure         adds a listener with TLS and SASL (SCRAM-SHA-512, OAUTHBEARER)
  --help

It prints KAFKA_BROKERS=…, which the services and the tests take from the environment.
The data is removed at the end. Needs Java 17 and, the first time, Maven.
`;

const print = (text: string) => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const options = parse();
  if (options === null) return print(HELP);
  const reason = kafkaUnavailable({ own: true });
  if (reason) throw new Error(`Kafka cannot be started here. ${reason}.`);
  const cluster = await startKafka({ ...options, own: true });
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    cluster.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  print(`KAFKA_BROKERS=${cluster.brokers.join(',')}`);
  for (const node of cluster.nodes) print(`# node ${node.id}: pid ${node.pid}, log ${node.logFile}`);
  if (cluster.secure) {
    const { brokers, username, password, ca } = cluster.secure;
    print(`# TLS and SASL: ${brokers.join(',')}, SCRAM-SHA-512 ${username} / ${password}, certificate:\n${ca}`);
  }
  // Also when npm is killed, which then cannot hand the signal on.
  const parent = process.env.npm_lifecycle_event === 'kafka' ? process.ppid : null;
  setInterval(() => {
    if (parent !== null && process.ppid !== parent) stop();
  }, 500);
}

function parse(): { brokers: 1 | 3; heapMb?: number; ports?: number[]; secure: boolean } | null {
  const { values } = parseArgs({
    options: {
      brokers: { type: 'string', default: '1' },
      port: { type: 'string' },
      'heap-mb': { type: 'string' },
      secure: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const brokers = wholeNumber('--brokers', values.brokers);
  if (brokers !== 1 && brokers !== 3) throw new Error('--brokers is 1 or 3.');
  const port = values.port === undefined ? undefined : wholeNumber('--port', values.port);
  return {
    brokers,
    secure: values.secure,
    ...(port !== undefined && { ports: Array.from({ length: brokers }, (_, index) => port + index) }),
    ...(values['heap-mb'] !== undefined && { heapMb: wholeNumber('--heap-mb', values['heap-mb']) }),
  };
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`${name} is a whole number above zero, not "${text}".`);
  return Number(text);
}

function fail(error: unknown): void {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}

main().catch(fail);
