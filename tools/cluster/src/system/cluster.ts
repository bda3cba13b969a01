import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startKafka, type KafkaCluster } from '@chargestream/kafka';
import { startPostgres, type PostgresServer } from '@chargestream/postgres';
import { Balancer } from './balancer';
import { freePort } from './free-port';
import { ServiceProcess, type ServiceKind } from './service-process';

export interface ClusterOptions {
  /** Kafka brokers, 1 or 3 (default 1). */
  brokers?: 1 | 3;
  /** How many of each service (default 2). */
  connects?: number;
  cores?: number;
  apis?: number;
  /** Further environment of every service. */
  environment?: Record<string, string>;
  /** Told of each step. */
  onStep?: (step: string) => void;
}

/** The services as separate processes on a real Kafka, a real PostgreSQL and an event store (the double, or a real one). */
export interface Cluster {
  kafka: KafkaCluster;
  postgres: PostgresServer;
  /** Null when EVENTSTORE_URL names a store that is there. */
  store: ServiceProcess | null;
  services: ServiceProcess[];
  ofKind(kind: ServiceKind): ServiceProcess[];
  /** Base of a charger's address; goes to one connect after the other. */
  ocppUrl: string;
  /** Of each connect, to choose one. */
  connectUrls: string[];
  /** Goes to one api after the other. */
  graphqlUrl: string;
  /** Where the logs are. */
  folder: string;
  stop(): Promise<void>;
}

/** Starts everything from what the machine has; resolves when every service is ready. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { brokers = 1, connects = 2, cores = 2, apis = 2, onStep = () => undefined } = options;
  const folder = mkdtempSync(path.join(tmpdir(), 'chargestream-cluster-'));
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    onStep(`Kafka with ${brokers} broker${brokers === 1 ? '' : 's'}`);
    const kafka = await startKafka({ brokers });
    closing.push(() => kafka.stop());
    onStep('PostgreSQL');
    const postgres = await startPostgres();
    closing.push(() => postgres.stop());
    const store = await startStore(folder, onStep);
    if (store.process !== null) closing.push(() => store.process?.stop() ?? Promise.resolve());

    const shared = {
      KAFKA_BROKERS: kafka.brokers.join(),
      EVENTSTORE_URL: store.url,
      DATABASE_URL: postgres.url,
      LOG_LEVEL: process.env['CLUSTER_LOG_LEVEL'] ?? 'info',
      ...options.environment,
    };
    const connectServices = await Promise.all(range(connects).map((n) => connectService(n, folder, shared)));
    const coreServices = await Promise.all(range(cores).map((n) => coreService(n, folder, shared)));
    const apiServices = await Promise.all(range(apis).map((n) => apiService(n, folder, shared)));
    const all = [...coreServices, ...connectServices, ...apiServices];
    const services = all.map(({ service }) => service);
    for (const service of services) closing.push(() => service.stop());
    onStep(`${cores} × core, ${connects} × connect, ${apis} × api`);
    await Promise.all(services.map((service) => service.start(120_000)));

    const forChargers = await Balancer.open(connectServices.map(({ port }) => port));
    closing.push(() => forChargers.close());
    const forClients = await Balancer.open(apiServices.map(({ port }) => port));
    closing.push(() => forClients.close());
    return {
      kafka,
      postgres,
      store: store.process,
      services,
      ofKind: (kind) => services.filter((service) => service.kind === kind),
      ocppUrl: `ws://127.0.0.1:${forChargers.port}/ocpp`,
      connectUrls: connectServices.map(({ port }) => `ws://127.0.0.1:${port}/ocpp`),
      graphqlUrl: `http://127.0.0.1:${forClients.port}/graphql`,
      folder,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startStore(folder: string, onStep: (step: string) => void) {
  const given = process.env['EVENTSTORE_URL'];
  if (given) return { url: given, process: null };
  onStep('the EventStoreDB double (set EVENTSTORE_URL to use a real one)');
  const port = await freePort();
  const data = path.join(folder, 'eventstore');
  mkdirSync(data);
  const service = new ServiceProcess({
    kind: 'eventstore-double',
    name: 'eventstore-double',
    program: 'tools/eventstore-double/dist/main.js',
    args: ['--port', String(port), '--folder', data],
    environment: {},
    readyUrl: null,
    logFile: path.join(folder, 'eventstore-double.log'),
  });
  await service.start();
  return { url: `esdb://127.0.0.1:${port}?tls=false`, process: service };
}

async function connectService(number: number, folder: string, shared: Record<string, string>) {
  const [port, healthPort] = [await freePort(), await freePort()];
  const environment = { OCPP_PORT: String(port), HEALTH_PORT: String(healthPort) };
  return { port, service: service('connect', number, folder, { ...shared, ...environment }, healthPort) };
}

async function coreService(number: number, folder: string, shared: Record<string, string>) {
  const healthPort = await freePort();
  return { service: service('core', number, folder, { ...shared, HEALTH_PORT: String(healthPort) }, healthPort) };
}

async function apiService(number: number, folder: string, shared: Record<string, string>) {
  const port = await freePort();
  return { port, service: service('api', number, folder, { ...shared, API_PORT: String(port) }, port) };
}

function service(
  kind: 'connect' | 'core' | 'api',
  number: number,
  folder: string,
  environment: Record<string, string>,
  readyPort: number,
): ServiceProcess {
  const name = `${kind}-${number}`;
  return new ServiceProcess({
    kind,
    name,
    program: `apps/${kind}/dist/main.js`,
    environment: { ...environment, INSTANCE_ID: name },
    readyUrl: `http://127.0.0.1:${readyPort}/readyz`,
    logFile: path.join(folder, `${name}.log`),
  });
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
