import { parseArgs } from 'node:util';
import { startPostgres } from './start-postgres';

const HELP = `Starts PostgreSQL on this machine until Ctrl-C.

  npm run postgres
  --folder <path>  keeps the data there (default: a temporary folder, removed at the end)
  --port <n>       default: a free one
  --help

It prints DATABASE_URL=…, which the services and the tests take from the environment.
Needs a PostgreSQL server: apt-get install postgresql
`;

const print = (text: string) => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string' },
      port: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return print(HELP);
  const { folder, port } = values;
  if (port !== undefined && !/^[1-9]\d{0,4}$/.test(port)) throw new Error(`--port is a port, not "${port}".`);
  const server = await startPostgres({
    own: true,
    ...(folder !== undefined && { folder }),
    ...(port !== undefined && { port: Number(port) }),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void server.stop().then(() => process.exit(0)));
  }
  print(`DATABASE_URL=${server.url}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
});
