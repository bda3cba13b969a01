import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DoubleNode, HOST, type NodeOptions } from './double-node';
import type { Faults } from './faults';

export interface EventStoreDoubleOptions extends NodeOptions {
  /** A free one when absent. */
  port?: number;
  /** Where the events lie and stay; a temporary folder, removed by `stop`, when absent. */
  folder?: string;
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

/**
 * A stand-in for EventStoreDB, for tests and for trying things out: its gRPC protocol, as far as this project uses it, in front of
 * the embedded event store. One node; no access control but a password.
 * @throws FileInUseError when another process has the folder
 */
export async function startEventStoreDouble(options: EventStoreDoubleOptions = {}): Promise<EventStoreDouble> {
  const { folder, dispose } = openFolder(options.folder);
  const node: DoubleNode = new DoubleNode(
    options,
    {
      members: () => [{ host: HOST, port: node.port, isAlive: true, isLeader: true }],
      leaderPort: () => node.port,
    },
    options.port,
  );
  const start = async () => {
    await node.openStore(folder);
    try {
      await node.listen();
    } catch (error) {
      await node.close();
      throw error;
    }
  };
  await start();
  return {
    url: `esdb://${HOST}:${node.port}?${scheme(options)}`,
    port: node.port,
    faults: node.faults,
    kill: () => node.close(),
    start,
    stop: async () => {
      await node.close();
      dispose();
    },
  };
}

export interface EventStoreDoubleClusterOptions extends NodeOptions {
  /** Default 3. */
  nodes?: number;
  folder?: string;
}

export interface EventStoreDoubleCluster {
  /** All nodes: a client asks them who leads. */
  url: string;
  nodes: readonly { url: string; port: number; faults: Faults }[];
  leader(): number;
  /** The leader resigns and the node with this index leads, with the same events; who was subscribed is told so. */
  moveLeader(to: number): Promise<void>;
  /** The leader dies, its connections with it, and the node with this index leads. It stays dead until `revive`. */
  killLeader(next: number): Promise<void>;
  revive(node: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Nodes of which one has the events and the others send everybody there. What is tested with it is how a client finds the leader:
 * nothing is replicated, and a follower cannot be read.
 */
export async function startEventStoreDoubleCluster(
  options: EventStoreDoubleClusterOptions = {},
): Promise<EventStoreDoubleCluster> {
  const { folder, dispose } = openFolder(options.folder);
  let leader = 0;
  const nodes: DoubleNode[] = [];
  const context = {
    members: () =>
      nodes.map((node, index) => ({
        host: HOST,
        port: node.port,
        isAlive: node.isListening,
        isLeader: index === leader,
      })),
    leaderPort: () => nodeAt(leader).port,
  };
  const nodeAt = (index: number): DoubleNode => {
    const node = nodes[index];
    if (node === undefined) throw new RangeError(`There is no node ${index}: there are 0 to ${nodes.length - 1}.`);
    return node;
  };
  for (let index = 0; index < (options.nodes ?? 3); index++) nodes.push(new DoubleNode(options, context));
  for (const node of nodes) await node.listen();
  await nodeAt(leader).openStore(folder);
  return {
    url: `esdb://${nodes.map(({ port }) => `${HOST}:${port}`).join()}?${scheme(options)}`,
    nodes: nodes.map(({ port, faults }) => ({ url: `esdb://${HOST}:${port}?${scheme(options)}`, port, faults })),
    leader: () => leader,
    moveLeader: async (to) => {
      const [from, next] = [nodeAt(leader), nodeAt(to)];
      leader = to;
      await from.closeStore();
      await next.openStore(folder);
    },
    killLeader: async (to) => {
      const [from, next] = [nodeAt(leader), nodeAt(to)];
      leader = to;
      await from.close();
      await next.openStore(folder);
    },
    revive: (node) => nodeAt(node).listen(),
    stop: async () => {
      for (const node of nodes) await node.close();
      dispose();
    },
  };
}

function scheme({ tls }: NodeOptions): string {
  return tls === undefined ? 'tls=false' : 'tls=true';
}

function openFolder(given: string | undefined): { folder: string; dispose: () => void } {
  if (given !== undefined) {
    mkdirSync(given, { recursive: true });
    return { folder: given, dispose: () => undefined };
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'chargestream-eventstore-'));
  return { folder, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}
