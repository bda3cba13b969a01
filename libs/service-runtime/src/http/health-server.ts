import type { AddressInfo } from 'node:net';
import type { Health, Metrics } from '@chargestream/service-kit';
import { fastify } from 'fastify';
import { serveHealthAndMetrics } from './service-routes';

export interface HealthServer {
  port: number;
  close(): Promise<void>;
}

/**
 * Serves health and metrics of a service, from before anything else of it is there until after everything is closed.
 * @throws Error naming `variables` when it cannot listen.
 */
export async function startHealthServer(options: {
  host: string;
  port: number;
  health: Health;
  metrics: Metrics;
  /** Which settings say where, for the sentence that is said when it does not work. */
  portVariable: string;
}): Promise<HealthServer> {
  const { host, port, health, metrics, portVariable } = options;
  const server = fastify({ forceCloseConnections: true });
  serveHealthAndMetrics(server, health, metrics);
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    const { code, message } = error as NodeJS.ErrnoException;
    const advice = code === 'EADDRINUSE' ? `the port is taken: set ${portVariable} to a free one` : message;
    throw new Error(`cannot listen for probes on ${host}:${port}: ${advice}`, { cause: error });
  }
  return { port: (server.server.address() as AddressInfo).port, close: () => server.close() };
}
