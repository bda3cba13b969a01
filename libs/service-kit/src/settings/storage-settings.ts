import { IsNotEmpty, IsString, Matches } from 'class-validator';
import { Address, OneOf, OnOff, Whole } from './rules';
import { ServiceSettings } from './service-settings';

export type KafkaSaslMechanism = 'none' | 'plain' | 'scram-sha-256' | 'scram-sha-512' | 'oauthbearer';

/** Where the bus, the event store and the read model are. */
export class StorageSettings extends ServiceSettings {
  @IsNotEmpty({ message: 'DATA_DIR must be a folder, e.g. DATA_DIR=./data' })
  @IsString()
  dataDir = './data';

  /** Empty: the embedded bus, which only standalone has. */
  @Matches(/^$|^[^\s,:/]+:\d{1,5}(\s*,\s*[^\s,:/]+:\d{1,5})*$/, {
    message:
      'KAFKA_BROKERS must be host:port of some brokers, separated by commas, e.g. KAFKA_BROKERS=kafka-1:9092,kafka-2:9092',
  })
  kafkaBrokers = '';

  @OnOff('KAFKA_TLS')
  kafkaTls = false;

  @IsString()
  kafkaCaFile = '';

  @IsString()
  kafkaCertFile = '';

  @IsString()
  kafkaKeyFile = '';

  @OneOf('KAFKA_SASL_MECHANISM', ['none', 'plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'])
  kafkaSaslMechanism: KafkaSaslMechanism = 'none';

  @IsString()
  kafkaUsername = '';

  @IsString()
  kafkaPassword = '';

  @Address('KAFKA_OAUTH_TOKEN_URL', ['https', 'http'], 'https://login.example.org/oauth2/token')
  kafkaOauthTokenUrl = '';

  @IsString()
  kafkaOauthClientId = '';

  @IsString()
  kafkaOauthClientSecret = '';

  @IsString()
  kafkaOauthScope = '';

  /** 0: three, or as many as there are brokers. */
  @Whole('KAFKA_REPLICATION_FACTOR', 0, 9, 'copies')
  kafkaReplicationFactor = 0;

  @Address('EVENTSTORE_URL', ['esdb', 'esdb+discover'], 'esdb://127.0.0.1:2113?tls=false')
  eventstoreUrl = '';

  @IsString()
  eventstoreUsername = '';

  @IsString()
  eventstorePassword = '';

  @IsString()
  eventstoreCaFile = '';

  @Address('DATABASE_URL', ['postgresql', 'postgres'], 'postgresql://user:password@127.0.0.1:5432/chargestream')
  databaseUrl = '';

  @IsString()
  databaseCaFile = '';

  @Whole('DATABASE_POOL_SIZE', 1, 200, 'connections')
  databasePoolSize = 10;
}

export const STORAGE_VARIABLES = {
  dataDir: 'DATA_DIR',
  kafkaBrokers: 'KAFKA_BROKERS',
  kafkaTls: 'KAFKA_TLS',
  kafkaCaFile: 'KAFKA_CA_FILE',
  kafkaCertFile: 'KAFKA_CERT_FILE',
  kafkaKeyFile: 'KAFKA_KEY_FILE',
  kafkaSaslMechanism: 'KAFKA_SASL_MECHANISM',
  kafkaUsername: 'KAFKA_USERNAME',
  kafkaPassword: 'KAFKA_PASSWORD',
  kafkaOauthTokenUrl: 'KAFKA_OAUTH_TOKEN_URL',
  kafkaOauthClientId: 'KAFKA_OAUTH_CLIENT_ID',
  kafkaOauthClientSecret: 'KAFKA_OAUTH_CLIENT_SECRET',
  kafkaOauthScope: 'KAFKA_OAUTH_SCOPE',
  kafkaReplicationFactor: 'KAFKA_REPLICATION_FACTOR',
  eventstoreUrl: 'EVENTSTORE_URL',
  eventstoreUsername: 'EVENTSTORE_USERNAME',
  eventstorePassword: 'EVENTSTORE_PASSWORD',
  eventstoreCaFile: 'EVENTSTORE_CA_FILE',
  databaseUrl: 'DATABASE_URL',
  databaseCaFile: 'DATABASE_CA_FILE',
  databasePoolSize: 'DATABASE_POOL_SIZE',
} as const satisfies Record<Exclude<keyof StorageSettings, keyof ServiceSettings>, string>;
