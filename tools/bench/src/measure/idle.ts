import { BenchError } from '../process/child';
import { withServer, type ServerName } from '../process/servers';
import { seconds } from './load';

export interface IdleOptions {
  connections: number;
  dataRoot: string;
}

export interface IdleResult {
  server: ServerName;
  connections: number;
  openMs: number;
  /** Growth of the server's resident memory per connection, after garbage collection; 1 KB is 1,024 bytes. */
  rssKbPerConnection: number;
  /** What of it is the JavaScript heap and buffers. */
  heapKbPerConnection: number;
}

/** Opened and closed before the first reading, so that code and pools that exist once are not counted as connections. */
const WARM_UP_CONNECTIONS = 300;
/** Files that a server process needs besides its sockets. */
const SPARE_FILES = 200;

/** The sentence to show when this many sockets cannot be opened, else null. */
export function openFilesProblem(connections: number, limit: number | string): string | null {
  const needed = connections + SPARE_FILES;
  if (typeof limit !== 'number' || limit >= needed) return null;
  return (
    `${connections} connections need ${needed} open files per process and the limit is ${limit}: ` +
    `raise it with "ulimit -n ${needed}" or use --idle-connections ${Math.max(limit - SPARE_FILES, 0)}.`
  );
}

/** The limit on open files: a number, or `unlimited` (as on systems that have none). */
export function openFilesLimit(): number | string {
  if (!process.report) return 'unlimited';
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } };
  return report.userLimits?.open_files?.soft ?? 'unlimited';
}

/** Connections that booted and then say nothing. */
export function measureIdle(server: ServerName, options: IdleOptions): Promise<IdleResult> {
  return withServer(server, options.dataRoot, async (running, client) => {
    const connect = (connections: number, chargerPrefix: string) =>
      client.ask(
        'connect',
        {
          port: running.address.ocppPort,
          path: running.address.ocppPath,
          connections,
          concurrency: 50,
          chargerPrefix,
          boot: true,
          timeoutMs: 60_000,
        },
        300_000,
      );
    await connect(WARM_UP_CONNECTIONS, 'WARM-');
    await client.ask('disconnect', null);
    await seconds(1);
    const before = await running.child.ask('memory', null, 120_000);
    const { elapsedMs } = await connect(options.connections, 'IDLE-');
    await seconds(2);
    const after = await running.child.ask('memory', null, 120_000);
    const open = await client.ask('openConnections', null);
    if (open !== options.connections) {
      throw new BenchError(
        `${server} closed ${options.connections - open} of ${options.connections} idle connections.`,
      );
    }
    const perConnection = (bytes: number) => bytes / 1024 / options.connections;
    return {
      server,
      connections: options.connections,
      openMs: elapsedMs,
      rssKbPerConnection: perConnection(after.rssBytes - before.rssBytes),
      heapKbPerConnection: perConnection(
        after.heapUsedBytes + after.externalBytes - before.heapUsedBytes - before.externalBytes,
      ),
    };
  });
}
