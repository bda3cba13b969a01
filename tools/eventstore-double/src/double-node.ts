import path from 'node:path';
import type { EventStore, StoredEvent } from '@chargestream/event-store';
import { openEmbeddedEventStore } from '@chargestream/event-store/embedded';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb';
import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { Faults } from './faults';
import { gossipService, type Member } from './gossip-service';
import { MaxCounts } from './max-counts';
import { serverFeaturesService } from './server-features';
import { streamsService, type OpenCall, type Storage } from './streams-service';
import { notLeader } from './rpc-errors';

export interface NodeOptions {
  /** What clients must name themselves with; anybody may come without. */
  credentials?: { username: string; password: string };
  /** PEM texts; without them there is no TLS. */
  tls?: { cert: string; key: string };
}

export interface NodeContext {
  /** Who there is, for gossip. */
  members: () => readonly Member[];
  /** Port of the node that has the store now. */
  leaderPort: () => number;
}

export const HOST = '127.0.0.1';
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

/** One node: a gRPC server that has the store, or sends those who need it to the node that has. */
export class DoubleNode {
  readonly faults = new Faults();
  port: number;
  private server: Server | null = null;
  private storage: Storage | null = null;
  private readonly openCalls = new Set<OpenCall>();

  constructor(
    private readonly options: NodeOptions,
    private readonly context: NodeContext,
    port = 0,
  ) {
    this.port = port;
  }

  get isListening(): boolean {
    return this.server !== null;
  }

  get hasStore(): boolean {
    return this.storage !== null;
  }

  /** @throws FileInUseError when another node has the folder */
  async openStore(folder: string): Promise<void> {
    const store = await openEmbeddedEventStore({ path: path.join(folder, 'events.db') });
    this.storage = { store, logEnd: await followEnd(store), maxCounts: new MaxCounts(store) };
  }

  /** Everybody who listens here is told to go to the new leader. */
  async closeStore(): Promise<void> {
    const { storage } = this;
    this.storage = null;
    for (const call of this.openCalls) call.emit('error', notLeader(HOST, this.context.leaderPort()));
    await storage?.store.close();
  }

  async listen(): Promise<void> {
    const server = new Server({
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
    });
    const { credentials, tls } = this.options;
    const basic = credentials && Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
    const service = {
      storage: () => {
        if (this.storage === null) throw notLeader(HOST, this.context.leaderPort());
        return this.storage;
      },
      openCalls: this.openCalls,
      faults: this.faults,
      authorization: basic === undefined ? null : `Basic ${basic}`,
    };
    addService(server, StreamsService, streamsService(service));
    addService(server, ServerFeaturesService, serverFeaturesService);
    addService(server, GossipService, gossipService(this.context.members));
    const channel =
      tls === undefined
        ? ServerCredentials.createInsecure()
        : ServerCredentials.createSsl(null, [{ cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) }]);
    this.port = await new Promise<number>((resolve, reject) =>
      server.bindAsync(`${HOST}:${this.port}`, channel, (error, bound) => (error ? reject(error) : resolve(bound))),
    );
    this.server = server;
  }

  /** Ends all connections at once. */
  async close(): Promise<void> {
    const { server, storage } = this;
    this.server = null;
    this.storage = null;
    server?.forceShutdown();
    await storage?.store.close();
  }
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
