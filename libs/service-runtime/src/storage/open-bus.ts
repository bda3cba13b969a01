import type { EventBus } from '@chargestream/event-bus';
import type { KafkaEventBusOptions } from '@chargestream/event-bus/kafka';
import type { Logger, ServiceName, Settings } from '@chargestream/service-kit';
import { oauthTokenProvider } from '../oauth/oauth-token-provider';
import { dataFolder } from './data-folder';
import { refuseEmbedded } from './embedded-storage';
import { busKeepingContracts } from './keeping-contracts';
import { pemText } from './pem';

export interface OpenOptions {
  /** Only `standalone` may have embedded storage. */
  service: ServiceName;
  settings: Settings;
  logger?: Logger | undefined;
  /** How long one attempt may take, milliseconds. */
  attemptMs?: number;
}

/**
 * The bus that the settings name: Kafka, or the embedded one of standalone.
 * @throws BusUnavailableError when Kafka does not answer in time.
 */
export async function openBus(options: OpenOptions): Promise<EventBus> {
  return busKeepingContracts(await openAdapter(options), options);
}

async function openAdapter(options: OpenOptions): Promise<EventBus> {
  const { settings } = options;
  if (settings.kafkaBrokers === '') {
    refuseEmbedded(options.service, 'KAFKA_BROKERS');
    const { openEmbeddedEventBus } = await import('@chargestream/event-bus/embedded');
    return openEmbeddedEventBus({ path: dataFolder(settings.dataDir).busPath });
  }
  const { openKafkaEventBus } = await import('@chargestream/event-bus/kafka');
  return openKafkaEventBus(kafkaOptions(options));
}

/** What the settings say of Kafka, as the adapter takes it. */
export function kafkaOptions({ service, settings, logger, attemptMs }: OpenOptions): KafkaEventBusOptions {
  return {
    brokers: settings.kafkaBrokers.split(',').map((broker) => broker.trim()),
    clientId: `chargestream-${service}-${settings.instanceId}`,
    tls: settings.kafkaTls ? tls(settings) : null,
    sasl: sasl(settings, logger),
    ...(settings.kafkaReplicationFactor > 0 && { replicationFactor: settings.kafkaReplicationFactor }),
    ...(logger && { logger }),
    ...(attemptMs !== undefined && { connectTimeoutMs: attemptMs }),
  };
}

function tls(settings: Settings): KafkaEventBusOptions['tls'] {
  const [ca, cert, key] = [settings.kafkaCaFile, settings.kafkaCertFile, settings.kafkaKeyFile].map(pemText);
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
}

function sasl(settings: Settings, logger?: Logger): KafkaEventBusOptions['sasl'] {
  const { kafkaSaslMechanism: mechanism, kafkaUsername: username, kafkaPassword: password } = settings;
  switch (mechanism) {
    case 'none':
      return null;
    case 'plain':
    case 'scram-sha-256':
    case 'scram-sha-512':
      return { mechanism, username, password };
    case 'oauthbearer':
      return {
        mechanism,
        token: oauthTokenProvider({
          url: settings.kafkaOauthTokenUrl,
          clientId: settings.kafkaOauthClientId,
          clientSecret: settings.kafkaOauthClientSecret,
          scope: settings.kafkaOauthScope,
          onError: (error) => logger?.warn({ err: error }, 'no new token for Kafka; the old one serves on'),
        }),
      };
  }
}
