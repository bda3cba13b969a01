import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EventStore, StoredEvent } from '@chargestream/event-store';
import { openEmbeddedEventStore } from '@chargestream/event-store/embedded';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb';
import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { Faults } from './faults';
import { MaxCounts } from './max-counts';
import { serverFeaturesService } from './server-features';
import { streamsService } from './streams-service';

export interface EventStoreDoubleOptions {
  /** A free one when absent. */
  port?: number;
  /** Where the events lie and stay; a temporary folder, removed by `stop`, when absent. */
  folder?: string;
  /** What clients must name themselves with; anybody may come without. */
  credentials?: { username: string; password: string };
  /** PEM texts; without them there is no TLS. */
  tls?: { cert: string; key: string };
}

export interface EventStoreDouble {
  /** For EVENTSTORE_URL. */
  url: string;
  port: number;
  faults: Faults;
  /** Ends all connections at once, as when the process is killed; `start` goes on with the same events on the same port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

/**
 * A stand-in for EventStoreDB, for tests and for trying things out: its gRPC protocol, as far as this project uses it, in front of
 * the embedded event store. One node, no cluster, no access control but a password.
 */
export async function startEventStoreDouble(options: EventStoreDoubleOptions = {}): Promise<EventStoreDouble> {
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'chargestream-eventstore-'));
  const faults = new Faults();
  let running = await listen(folder, faults, options, options.port ?? 0);
  const { port } = running;
  const scheme = options.tls === undefined ? 'tls=false' : 'tls=true';
  return {
    url: `esdb://127.0.0.1:${port}?${scheme}`,
    port,
    faults,
    kill: () => running.close(),
    start: async () => {
      running = await listen(folder, faults, options, port);
    },
    stop: async () => {
      await running.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listen(folder: string, faults: Faults, options: EventStoreDoubleOptions, wantedPort: number) {
  const store = await openEmbeddedEventStore({ path: path.join(folder, 'events.db') });
  const server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  });
  const { credentials, tls } = options;
  const basic = credentials && Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  const authorization = basic === undefined ? null : `Basic ${basic}`;
  const [logEnd, maxCounts] = [await followEnd(store), new MaxCounts(store)];
  addService(server, StreamsService, streamsService({ store, logEnd, maxCounts, faults, authorization }));
  addService(server, ServerFeaturesService, serverFeaturesService);
  const channel =
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [{ cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) }]);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${wantedPort}`, channel, (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    server.forceShutdown();
    await store.close();
  };
  return { port, close };
}

/** The newest event of all, without walking the whole log for every question. */
async function followEnd(store: EventStore): Promise<() => Promise<StoredEvent | null>> {
  let last: StoredEvent | null = null;
  const subscription = await store.subscribe({
    from: null,
    handle: async (events) => void (last = events.at(-1) ?? last),
  });
  return async () => {
    await subscription.caughtUp();
    return last;
  };
}

/** The generated definitions are typed for another version of the same library. */
function addService(server: Server, definition: unknown, service: object): void {
  server.addService(definition as ServiceDefinition, service as UntypedServiceImplementation);
}
