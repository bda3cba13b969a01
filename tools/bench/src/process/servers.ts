import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { Child } from './child';
import type { ClientRequests, ServerAddress, ServerRequests } from './protocol';

export type ServerName = 'raw' | 'connect' | 'connect-kafka' | 'standalone';

export interface RunningServer {
  name: ServerName;
  address: ServerAddress;
  child: Child<ServerRequests>;
  /** Stops the process and removes its data. */
  stop(): Promise<void>;
}

const MODULES: Record<ServerName, string> = {
  raw: 'servers/raw-echo',
  connect: 'servers/connect',
  'connect-kafka': 'servers/connect-kafka',
  standalone: 'servers/standalone',
};

/** Settings of ChargeStream while it is measured: its defaults, but free ports, an empty folder and a quiet log. */
const ENVIRONMENT = {
  OCPP_PORT: '0',
  API_PORT: '0',
  LOG_LEVEL: 'error',
  REGISTRATION: 'auto',
  // No run is long enough to need one, and 10,000 pongs would disturb the measurement of idle connections.
  OCPP_PING_INTERVAL_S: '0',
  NODE_ENV: 'production',
};

/**
 * Starts a server in a process and a data folder of its own.
 * @param dataRoot an existing folder; where the disk is that makes messages durable
 * @param further environment of the server besides the bench's own
 */
export async function startServer(
  name: ServerName,
  dataRoot: string,
  further: Record<string, string> = {},
): Promise<RunningServer> {
  const dataDir = await mkdtemp(path.join(dataRoot, `chargestream-bench-${name}-`));
  const removeData = () => rm(dataDir, { recursive: true, force: true });
  try {
    const environment = { ...ENVIRONMENT, DATA_DIR: dataDir, ...further };
    const { child, ready } = await Child.start<ServerRequests, ServerAddress>(name, MODULES[name], environment);
    const stop = async () => {
      await child.stop();
      await removeData();
    };
    return { name, address: ready, child, stop };
  } catch (error) {
    await removeData();
    throw error;
  }
}

export async function startClient(): Promise<Child<ClientRequests>> {
  const { child } = await Child.start<ClientRequests, null>('client', 'client/client-process', {});
  return child;
}

/** Runs `work` with a server and a client process, and ends both whatever happens. */
export async function withServer<Result>(
  name: ServerName,
  dataRoot: string,
  work: (server: RunningServer, client: Child<ClientRequests>) => Promise<Result>,
  further: Record<string, string> = {},
): Promise<Result> {
  const server = await startServer(name, dataRoot, further);
  try {
    const client = await startClient();
    try {
      return await work(server, client);
    } finally {
      await client.stop();
    }
  } finally {
    await server.stop();
  }
}
