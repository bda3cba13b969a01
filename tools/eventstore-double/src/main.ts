import { parseArgs } from 'node:util';
import { startEventStoreDouble } from './start-eventstore-double';

const HELP = `A stand-in for EventStoreDB, until Ctrl-C: its gRPC protocol in front of the embedded event store.

  npm run eventstore-double
  --port <n>       default: a free one
  --folder <path>  keeps the events there (default: a temporary folder, removed at the end)
  --help

It prints EVENTSTORE_URL=…, which core and api take from the environment. It is for tests and for trying things out:
one node, no cluster, no access control. Run a real EventStoreDB (docker/compose.yaml has three) for anything else.
`;

const print = (text: string) => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      folder: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return print(HELP);
  const { port, folder } = values;
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new Error(`--port is a port, not "${port}".`);
  const double = await startEventStoreDouble({
    ...(port !== undefined && { port: Number(port) }),
    ...(folder !== undefined && { folder }),
  });
  // Whoever started it as a child is gone.
  process.once('disconnect', () => void double.stop().then(() => process.exit(0)));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void double.stop().then(() => process.exit(0)));
  }
  print(`EVENTSTORE_URL=${double.url}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
});
