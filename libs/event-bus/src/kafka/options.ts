/** A pino logger fits. */
export interface KafkaLogger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface KafkaTls {
  /** Certificates to trust, PEM. The system's when absent. */
  ca?: string;
  /** Our certificate and its key, PEM, where brokers ask for one. */
  cert?: string;
  key?: string;
}

export type KafkaSasl =
  | { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string }
  | { mechanism: 'oauthbearer'; token: () => Promise<{ value: string }> };

export interface KafkaEventBusOptions {
  /** `host:port` of some of the brokers; the others are learned from them. */
  brokers: string[];
  /** Shown in the brokers' logs and metrics. */
  clientId: string;
  tls?: KafkaTls | null;
  sasl?: KafkaSasl | null;
  /** Copies of each topic that is created. Default: three, or as many as there are brokers. */
  replicationFactor?: number;
  logger?: KafkaLogger;
  /** How long opening tries to reach a broker, milliseconds. Default 30 s. */
  connectTimeoutMs?: number;
  /** No `publish` takes longer than this, milliseconds. Default 15 s: a broker's restart, and the move of its partitions. */
  publishTimeoutMs?: number;
  /** A request to a broker is given up and repeated after this, milliseconds. Default 3 s. */
  requestTimeoutMs?: number;
  /** The bus is unavailable when a record has waited for so long, milliseconds. Default 1.5 s. */
  unavailableAfterMs?: number;
  /** A member of a group that is not heard of for so long is gone, milliseconds. Default 10 s; for roles 6 s. */
  sessionTimeoutMs?: number;
  /** How long the others wait for a member whose handler runs when partitions are shared out anew, ms. Default 60 s. */
  rebalanceTimeoutMs?: number;
  /** Largest sum of the values waiting to be sent, bytes; beyond it `publish` rejects. Default 64 MiB. */
  maxQueuedBytes?: number;
}

export type KafkaSettings = Required<Omit<KafkaEventBusOptions, 'replicationFactor' | 'logger'>> & {
  replicationFactor: number | null;
  logger: KafkaLogger;
};

const silent: KafkaLogger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export function settingsOf(options: KafkaEventBusOptions): KafkaSettings {
  if (options.brokers.length === 0) throw new Error('No brokers are named: give at least one host:port.');
  return {
    brokers: options.brokers,
    clientId: options.clientId,
    tls: options.tls ?? null,
    sasl: options.sasl ?? null,
    replicationFactor: options.replicationFactor ?? null,
    logger: options.logger ?? silent,
    connectTimeoutMs: options.connectTimeoutMs ?? 30_000,
    publishTimeoutMs: options.publishTimeoutMs ?? 15_000,
    requestTimeoutMs: options.requestTimeoutMs ?? 3_000,
    unavailableAfterMs: options.unavailableAfterMs ?? 1_500,
    sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
    rebalanceTimeoutMs: options.rebalanceTimeoutMs ?? 60_000,
    maxQueuedBytes: options.maxQueuedBytes ?? 64 * 1024 * 1024,
  };
}
