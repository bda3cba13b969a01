import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConnectRuntime, OcppWsAdapter } from '@chargestream/connect';
import type { EventBus } from '@chargestream/event-bus';
import type { EventStore } from '@chargestream/event-store';
import type { ReadModel } from '@chargestream/read-model';
import { Health, Metrics, nestLogger, type Logger, type Settings } from '@chargestream/service-kit';
import { dataFolder, openBus, openReadModel, openStore, startWith } from '@chargestream/service-runtime';
import { hostForUrl } from './banner';
import { StandaloneModule, type StandaloneParts } from './standalone.module';

export interface RunningStandalone {
  /** Base of a charger's address, without the charger's id. */
  ocppUrl: string;
  /** The same by TLS; null where that is not set up. */
  ocppTlsUrl: string | null;
  graphqlUrl: string;
  dataFolder: string;
  bus: EventBus;
  store: EventStore;
  readModel: ReadModel;
  /** Drains the sockets, then closes everything. */
  close(): Promise<void>;
}

/**
 * Opens the bus, the store and the read model (embedded in `settings.dataDir`, or what the settings name) and runs the three
 * services on them. Resolves when chargers and GraphQL clients can connect.
 */
export function startStandalone(settings: Settings, logger: Logger): Promise<RunningStandalone> {
  const options = { service: 'standalone', settings, logger } as const;
  return startWith(async (opened) => {
    const bus = opened.add(await openBus(options));
    const store = opened.add(await openStore(options));
    const readModel = opened.add(await openReadModel(options));
    const app = opened.add(await createApplication({ bus, store, readModel, settings, logger }));
    app.useWebSocketAdapter(new OcppWsAdapter(app));
    await app.listen(settings.apiPort, settings.apiHost);
    const { port, tlsPort } = app.get(ConnectRuntime);
    const host = hostForUrl(settings.ocppHost);
    return {
      ocppUrl: `ws://${host}:${port}/ocpp`,
      ocppTlsUrl: tlsPort === null ? null : `wss://${host}:${tlsPort}/ocpp`,
      graphqlUrl: `http://${hostForUrl(settings.apiHost)}:${listeningPort(app)}/graphql`,
      dataFolder: dataFolder(settings.dataDir).folder,
      bus,
      store,
      readModel,
    };
  });
}

async function createApplication(parts: Omit<StandaloneParts, 'metrics' | 'health'>): Promise<NestFastifyApplication> {
  const metrics = new Metrics({ processMetrics: true });
  const health = new Health();
  health.register('bus', () => parts.bus.isAvailable());
  health.register('store', () => parts.store.isAvailable());
  return NestFactory.create<NestFastifyApplication>(
    StandaloneModule.register({ ...parts, metrics, health }),
    new FastifyAdapter(),
    { logger: nestLogger(parts.logger), abortOnError: false },
  );
}

function listeningPort(app: NestFastifyApplication): number {
  const address = app.getHttpServer().address();
  if (address === null || typeof address === 'string') throw new Error('The API does not listen on a port.');
  return address.port;
}
