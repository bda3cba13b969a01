import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { createCertificate, unsignedToken, type SecureAccess, type ServerCertificate } from './credentials';
import { fetchJars } from './jars';
import { kafkaUnavailable } from './java';
import { KafkaNode } from './kafka-node';
import { freePorts } from './ports';
import { watchOver } from './watchdog';

export interface StartKafkaOptions {
  /** One, or three that hold copies of each other's partitions. Default 1. */
  brokers?: 1 | 3;
  /** Starts one of ours even when KAFKA_BROKERS is set: for tests that kill brokers. Implied by `secure`. */
  own?: boolean;
  /** Adds a listener with TLS and SASL (SCRAM-SHA-512, OAUTHBEARER with unsigned tokens). */
  secure?: boolean;
  /** Broker settings, as in server.properties. */
  properties?: Record<string, string>;
  /** Largest heap of each Java process, MB. Default 512. */
  heapMb?: number;
  /** Ports of the brokers; free ones when absent. */
  ports?: number[];
  /** Where the data lies; a folder under the system's temporary one, removed by `stop`, when absent. */
  folder?: string;
  /** Told in a line what takes long. Default: standard error. */
  progress?: (line: string) => void;
}

export interface KafkaCluster {
  /** `host:port` of each broker, without TLS. */
  brokers: string[];
  /** Empty when KAFKA_BROKERS is used. */
  nodes: KafkaNode[];
  secure: SecureAccess | null;
  /** Ends the brokers and removes the temporary folder. */
  stop(): Promise<void>;
}

const READY_DEADLINE_MS = 60_000;

/**
 * Starts Apache Kafka in KRaft mode on free ports of 127.0.0.1, or takes the brokers that KAFKA_BROKERS names.
 * @throws Error with the reason and what to do when it cannot be started here.
 */
export async function startKafka(options: StartKafkaOptions = {}): Promise<KafkaCluster> {
  const own = options.own === true || options.secure === true;
  const given = process.env.KAFKA_BROKERS;
  if (given && !own)
    return { brokers: given.split(',').map((broker) => broker.trim()), nodes: [], secure: null, stop: async () => {} };
  const reason = kafkaUnavailable({ own });
  if (reason) throw new Error(`Kafka cannot be started here. ${reason}.`);
  const jars = await fetchJars(options.progress ?? ((line) => void process.stderr.write(`${line}\n`)));
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'chargestream-kafka-'));
  mkdirSync(folder, { recursive: true });
  const unwatch = options.folder ? () => undefined : watchOver(folder);
  const user = options.secure ? { username: 'chargestream', password: randomBytes(12).toString('hex') } : null;
  const certificate = options.secure ? await createCertificate(folder) : null;
  const { nodes, secureBrokers } = await createNodes(options, folder, jars, certificate);
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.kill('SIGKILL')));
    if (!options.folder) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    unwatch();
  };
  try {
    const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
    await Promise.all(nodes.map((node) => node.format(clusterId, user)));
    await Promise.all(nodes.map((node) => node.start()));
    await allJoined(nodes);
  } catch (error) {
    await stop();
    throw error;
  }
  const secure =
    user && certificate
      ? { brokers: secureBrokers, ca: certificate.ca, ...user, token: (s?: number) => unsignedToken(user.username, s) }
      : null;
  return { brokers: nodes.map((node) => node.broker), nodes, secure, stop };
}

async function createNodes(
  options: StartKafkaOptions,
  folder: string,
  jars: string,
  certificate: ServerCertificate | null,
): Promise<{ nodes: KafkaNode[]; secureBrokers: string[] }> {
  const count = options.brokers ?? 1;
  const free = await freePorts(3 * count);
  const controllers = Array.from({ length: count }, (_, index) => ({ id: index + 1, controllerPort: free[index]! }));
  const securePorts = free.slice(2 * count);
  const nodes = controllers.map(
    ({ id, controllerPort }, index) =>
      new KafkaNode(
        {
          id,
          folder: path.join(folder, `node-${id}`),
          port: options.ports?.[index] ?? free[count + index]!,
          controllerPort,
          controllers,
          secure: certificate && { port: securePorts[index]!, keystore: certificate.keystore },
          properties: options.properties ?? {},
        },
        jars,
        options.heapMb ?? 512,
      ),
  );
  return { nodes, secureBrokers: securePorts.map((port) => `127.0.0.1:${port}`) };
}

/** Waits until the controller counts every broker in. */
async function allJoined(nodes: readonly KafkaNode[]): Promise<void> {
  const kafka = new Kafka({
    brokers: nodes.map((node) => node.broker),
    clientId: 'kafka-tool',
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50, maxRetryTime: 200, retries: 50 },
  });
  const admin = kafka.admin();
  const deadline = Date.now() + READY_DEADLINE_MS;
  await admin.connect();
  try {
    while ((await admin.describeCluster()).brokers.length < nodes.length) {
      if (Date.now() > deadline) throw new Error('Not every broker has joined the cluster.');
      await pause(50);
    }
  } finally {
    await admin.disconnect();
  }
}
