import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createLogger, nestLogger } from '@chargestream/service-kit';
import { OcppWsAdapter } from './adapter/ocpp-ws.adapter';
import { ConnectModule, type ConnectModuleOptions } from './connect.module';
import { ConnectRuntime } from './connect-runtime';

export interface RunningConnect {
  /** Where chargers connect; useful when OCPP_PORT is 0. */
  port: number;
  /** Where they connect by TLS; null where that is not set up. */
  tlsPort: number | null;
  /** For tests and compositions that look inside. */
  runtime: ConnectRuntime;
  /** Drains and closes. The bus stays open. */
  close(): Promise<void>;
}

/** Connect alone in a Nest application of its own. @throws when it cannot listen, with the address taken for instance. */
export async function startConnect(options: ConnectModuleOptions): Promise<RunningConnect> {
  const logger = options.logger ?? createLogger(options.settings);
  // Fastify is Nest's platform here; it does not listen, the WebSocket adapter has a server of its own.
  const app = await NestFactory.create(ConnectModule.register({ ...options, logger }), new FastifyAdapter(), {
    logger: nestLogger(logger),
    abortOnError: false,
  });
  app.useWebSocketAdapter(new OcppWsAdapter(app));
  await app.init().catch(async (error: unknown) => {
    await app.close(); // gives back what was opened before it failed
    throw error;
  });
  const runtime = app.get(ConnectRuntime);
  return { port: runtime.port, tlsPort: runtime.tlsPort, runtime, close: () => app.close() };
}
