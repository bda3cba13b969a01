import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { nestLogger } from '@chargestream/service-kit';
import { ApiModule } from './api.module';
import type { ApiOptions } from './options';

export interface RunningApi {
  /** Of GraphQL, e.g. `http://127.0.0.1:4000/graphql`. */
  url: string;
  close(): Promise<void>;
}

/** api alone in a process, listening on `settings.apiHost` and `settings.apiPort`. */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const { settings, logger } = options;
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.register(options), new FastifyAdapter(), {
    logger: logger === undefined ? false : nestLogger(logger),
    abortOnError: false,
  });
  await app.listen(settings.apiPort, settings.apiHost);
  const address = app.getHttpServer().address();
  const port = typeof address === 'object' && address !== null ? address.port : settings.apiPort;
  const host = settings.apiHost.includes(':') ? `[${settings.apiHost}]` : settings.apiHost;
  return { url: `http://${host}:${port}/graphql`, close: () => app.close() };
}
