import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Kafka, logLevel, type ISocketFactoryArgs, type KafkaConfig, type PartitionAssigner } from 'kafkajs';
import type { KafkaSettings } from './options';
import { stopNegativeTimers } from './request-queue-timers';
import { pause, within } from './timing';
import { COORDINATOR, errorType, type WireBroker, type WireCluster } from './wire';

/** Exists from the first opening on: metadata of this topic is what tells kafkajs of brokers, and availability is probed on it. */
export const PROBE_TOPIC = 'csms.probe.v1';

/**
 * Connections to all brokers, and who leads which partition. Each reader has one of its own: a broker answers the requests of
 * one connection one after the other, so a fetch that waits for records would hold up everybody else.
 */
export class KafkaConnection {
  private readonly cluster: WireCluster;
  private readonly sockets = new Set<Socket>();
  private readonly leaders = new Map<string, (number | undefined)[]>();
  private readonly coordinators = new Map<string, number>();
  private readonly refreshing = new Map<string, Promise<void>>();
  private closed = false;

  constructor(private readonly settings: KafkaSettings) {
    stopNegativeTimers();
    this.cluster = clusterOf(new Kafka(this.config()));
  }

  /** Connects to one broker and learns of the others. The probe topic exists already. */
  async connect(): Promise<void> {
    await within(this.settings.requestTimeoutMs * 2, 'Connecting', this.cluster.connect());
    await this.cluster.addTargetTopic(PROBE_TOPIC);
  }

  /** As `connect`, before the probe topic exists. */
  async connectFirst(createProbeTopic: () => Promise<void>): Promise<void> {
    await within(this.settings.requestTimeoutMs * 2, 'Connecting', this.cluster.connect());
    try {
      await this.cluster.addTargetTopic(PROBE_TOPIC);
    } catch (error) {
      if (errorType(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
      await this.cluster.refreshMetadata();
      await createProbeTopic();
      await this.cluster.addTargetTopic(PROBE_TOPIC);
    }
  }

  nodeIds(): number[] {
    return this.cluster.getNodeIds().map(Number);
  }

  broker(nodeId: number): Promise<WireBroker> {
    return this.bounded('Reaching a broker', this.cluster.findBroker({ nodeId }));
  }

  controller(): Promise<WireBroker> {
    return this.bounded('Finding the controller', this.cluster.findControllerBroker());
  }

  /** The broker that looks after a group; after a failure it may be another one, see `forgetCoordinators`. */
  groupCoordinator(groupId: string): Promise<WireBroker> {
    return this.coordinator(groupId, COORDINATOR.group);
  }

  transactionCoordinator(transactionalId: string): Promise<WireBroker> {
    return this.coordinator(transactionalId, COORDINATOR.transaction);
  }

  forgetCoordinators(): void {
    this.coordinators.clear();
  }

  /** Of a topic whose metadata was loaded; 0 when it was not or the topic is gone. */
  partitionCount(topic: string): number {
    return this.leaders.get(topic)?.length ?? 0;
  }

  /** The broker that leads the partition, as far as is known. */
  leader(topic: string, partition: number): number | undefined {
    return this.leaders.get(topic)?.[partition];
  }

  /** Loads who leads the partitions of a topic. @throws with type UNKNOWN_TOPIC_OR_PARTITION when there is none. */
  refresh(topic: string): Promise<void> {
    const under = this.refreshing.get(topic);
    if (under) return under;
    const refresh = this.loadLeaders(topic).finally(() => this.refreshing.delete(topic));
    this.refreshing.set(topic, refresh);
    return refresh;
  }

  /** Loads the metadata of topics not known yet. */
  async know(topics: readonly string[]): Promise<void> {
    await Promise.all(topics.filter((topic) => !this.leaders.has(topic)).map((topic) => this.refresh(topic)));
  }

  async close(): Promise<void> {
    this.closed = true;
    const disconnected = this.cluster.disconnect().catch(() => undefined);
    // kafkajs waits for requests under way but has stopped looking for those that take too long.
    await Promise.race([disconnected, pause(300)]);
    for (const socket of this.sockets) socket.destroy(new Error('The connection is closed.'));
    await Promise.race([disconnected, pause(200)]);
  }

  /** Remembered: asking anew asks any broker, also one that hangs. */
  private async coordinator(groupId: string, coordinatorType: number): Promise<WireBroker> {
    const name = `${coordinatorType}/${groupId}`;
    const known = this.coordinators.get(name);
    if (known !== undefined) {
      try {
        return await this.broker(known);
      } catch {
        // Gone for good as far as is known: another broker has taken its place, or will.
        this.coordinators.delete(name);
      }
    }
    const finding = this.cluster.findGroupCoordinator({ groupId, coordinatorType });
    const broker = await this.bounded('Finding a coordinator', finding);
    this.coordinators.set(name, Number(broker.nodeId));
    return broker;
  }

  /** Asks several brokers at once: the one that hangs is often the reason for asking. */
  private async loadLeaders(topic: string): Promise<void> {
    const nodes = this.cluster.getNodeIds();
    if (nodes.length === 0) await this.cluster.refreshMetadata();
    const ask = async (nodeId: string) => {
      const broker = await this.cluster.findBroker({ nodeId });
      return broker.metadata([topic]);
    };
    try {
      const answers = this.cluster.getNodeIds().map(ask);
      const { topicMetadata } = await this.bounded('Loading metadata', Promise.any(answers));
      const partitions = topicMetadata.find((metadata) => metadata.topic === topic)?.partitionMetadata ?? [];
      const leaders: (number | undefined)[] = [];
      for (const { partitionId, leader } of partitions) leaders[partitionId] = leader < 0 ? undefined : leader;
      this.leaders.set(topic, leaders);
    } catch (error) {
      const errors = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
      const unknown = errors.find((one) => errorType(one) === 'UNKNOWN_TOPIC_OR_PARTITION');
      if (unknown) this.leaders.delete(topic);
      throw unknown ?? errors[0];
    }
  }

  private bounded<T>(what: string, promise: Promise<T>): Promise<T> {
    return within(this.settings.requestTimeoutMs + 1_000, what, promise);
  }

  private config(): KafkaConfig {
    const { settings } = this;
    return {
      brokers: settings.brokers,
      clientId: settings.clientId,
      ssl: settings.tls
        ? { ca: settings.tls.ca ? [settings.tls.ca] : undefined, cert: settings.tls.cert, key: settings.tls.key }
        : false,
      ...(settings.sasl && { sasl: saslConfig(settings) }),
      connectionTimeout: Math.min(2_000, settings.requestTimeoutMs),
      authenticationTimeout: 10_000,
      requestTimeout: settings.requestTimeoutMs,
      // The loops above this layer repeat what fails; kafkajs only bridges the moment in which a coordinator moves.
      retry: { initialRetryTime: 50, maxRetryTime: 200, retries: 3 },
      logLevel: logLevel.ERROR,
      // What kafkajs calls an error is often the first of several attempts: for us it is a detail.
      logCreator:
        () =>
        ({ namespace, log: { message, ...details } }) =>
          settings.logger.debug({ ...details, namespace }, `kafkajs: ${message}`),
      socketFactory: (args) => this.openSocket(args),
    };
  }

  private openSocket({ host, port, ssl, onConnect }: ISocketFactoryArgs): Socket {
    const name = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
    const socket =
      ssl && Object.keys(ssl).length > 0
        ? connectTls({ host, port, ...name, ...(ssl as object) }, onConnect)
        : connectTcp({ host, port }, onConnect);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    // kafkajs does this to every socket it ends, as often as it ends it, and Node adds a listener each time.
    socket.unref = () => socket;
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    if (this.closed) queueMicrotask(() => socket.destroy(new Error('The connection is closed.')));
    return socket;
  }
}

function saslConfig({ sasl }: KafkaSettings): KafkaConfig['sasl'] {
  if (sasl?.mechanism === 'oauthbearer') return { mechanism: 'oauthbearer', oauthBearerProvider: sasl.token };
  // The union of kafkajs wants one literal at a time.
  return sasl as KafkaConfig['sasl'];
}

/** kafkajs hands its cluster to assigners of partitions; this one takes it and assigns nothing. */
function clusterOf(kafka: Kafka): WireCluster {
  let taken: unknown;
  const assigner: PartitionAssigner = ({ cluster }) => {
    taken = cluster;
    return {
      name: 'none',
      version: 0,
      assign: () => Promise.resolve([]),
      protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
    };
  };
  kafka.consumer({ groupId: 'none', partitionAssigners: [assigner], allowAutoTopicCreation: false });
  return taken as WireCluster;
}
