import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConnectRuntime, OcppWsAdapter } from '@chargestream/connect';
import { openEmbeddedEventBus } from '@chargestream/event-bus/embedded';
import type { EventBus } from '@chargestream/event-bus';
import { openEmbeddedEventStore } from '@chargestream/event-store/embedded';
import type { EventStore } from '@chargestream/event-store';
import { openSqliteReadModel, type ReadModel } from '@chargestream/read-model';
import { Health, Metrics, nestLogger, type Logger, type Settings } from '@chargestream/service-kit';
import { hostForUrl } from './banner';
import { dataFolder } from './data-folder';
import { StandaloneModule, type StandaloneParts } from './standalone.module';

export interface RunningStandalone {
  /** Base of a charger's address, without the charger's id. */
  ocppUrl: string;
  graphqlUrl: string;
  dataFolder: string;
  bus: EventBus;
  store: EventStore;
  readModel: ReadModel;
  /** Drains the sockets, then closes everything. */
  close(): Promise<void>;
}

/**
 * Opens the embedded bus, store and read model in `settings.dataDir` and runs the three services on them.
 * Resolves when chargers and GraphQL clients can connect.
 */
export async function startStandalone(settings: Settings, logger: Logger): Promise<RunningStandalone> {
  const data = dataFolder(settings.dataDir);
  const opened: { close(): Promise<void> }[] = [];
  const closeAll = async () => {
    for (const part of opened.reverse()) await part.close();
  };
  try {
    const bus = remember(opened, await openEmbeddedEventBus({ path: data.busPath }));
    const store = remember(opened, await openEmbeddedEventStore({ path: data.storePath }));
    const readModel = remember(
      opened,
      await openSqliteReadModel({ path: data.readModelPath, messageLog: messageLogBounds(settings) }),
    );
    const app = await createApplication({ bus, store, readModel, settings, logger });
    remember(opened, app);
    app.useWebSocketAdapter(new OcppWsAdapter(app));
    await app.listen(settings.apiPort, settings.apiHost);
    return {
      ocppUrl: `ws://${hostForUrl(settings.ocppHost)}:${app.get(ConnectRuntime).port}/ocpp`,
      graphqlUrl: `http://${hostForUrl(settings.apiHost)}:${listeningPort(app)}/graphql`,
      dataFolder: data.folder,
      bus,
      store,
      readModel,
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function messageLogBounds({ messageLogMaxAgeDays, messageLogMaxPerCharger }: Settings) {
  return { maxAgeMs: messageLogMaxAgeDays * 86_400_000, maxPerCharger: messageLogMaxPerCharger };
}

/** Later parts use earlier ones, so they are closed in the opposite order. */
function remember<Part extends { close(): Promise<void> }>(opened: { close(): Promise<void> }[], part: Part): Part {
  opened.push(part);
  return part;
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
