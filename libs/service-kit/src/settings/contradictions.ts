import { isLoopback } from '../loopback';
import { pemProblem, type PemKind } from './pem-files';
import { security } from './security-contradictions';
import type { ServiceName } from './service-names';
import { ENVIRONMENT, type Settings } from './settings';

/** Settings that are fine alone but not together, or not for this service: a sentence for each. */
export function contradictions(settings: Settings, service: ServiceName): string[] {
  const problems = [...missingStorage(settings, service), ...kafka(settings), ...security(settings, service)];
  if (service !== 'connect') problems.push(...eventStore(settings), ...database(settings));
  if (service === 'api' || service === 'standalone') problems.push(...access(settings));
  if (service === 'connect' && settings.healthPort !== 0 && settings.healthPort === settings.ocppPort) {
    problems.push(`HEALTH_PORT and OCPP_PORT are both ${settings.ocppPort}: chargers and probes need a port each`);
  }
  if (settings.instanceGoneMs < 2 * settings.instanceHeartbeatMs) {
    problems.push(
      `INSTANCE_GONE_MS=${settings.instanceGoneMs} must be at least twice INSTANCE_HEARTBEAT_MS=${settings.instanceHeartbeatMs}, or one late heartbeat takes an instance for dead`,
    );
  }
  return problems;
}

const NEEDED: Record<
  ServiceName,
  readonly { field: 'kafkaBrokers' | 'eventstoreUrl' | 'databaseUrl'; what: string }[]
> = {
  standalone: [],
  connect: [{ field: 'kafkaBrokers', what: 'the bus, e.g. KAFKA_BROKERS=127.0.0.1:9092' }],
  core: [
    { field: 'kafkaBrokers', what: 'the bus, e.g. KAFKA_BROKERS=127.0.0.1:9092' },
    { field: 'eventstoreUrl', what: 'the event store, e.g. EVENTSTORE_URL=esdb://127.0.0.1:2113?tls=false' },
    {
      field: 'databaseUrl',
      what: 'the read model, e.g. DATABASE_URL=postgresql://user:password@127.0.0.1/chargestream',
    },
  ],
  api: [
    { field: 'kafkaBrokers', what: 'the bus, e.g. KAFKA_BROKERS=127.0.0.1:9092' },
    {
      field: 'databaseUrl',
      what: 'the read model, e.g. DATABASE_URL=postgresql://user:password@127.0.0.1/chargestream',
    },
  ],
};

function missingStorage(settings: Settings, service: ServiceName): string[] {
  return NEEDED[service]
    .filter(({ field }) => settings[field] === '')
    .map(
      ({ field, what }) =>
        `${service} needs ${ENVIRONMENT[field]}: ${what}. Embedded storage belongs to one process: for everything in one, run standalone (npm start)`,
    );
}

function kafka(settings: Settings): string[] {
  const problems: string[] = [];
  const given = (field: keyof Settings) => settings[field] !== '';
  if (settings.kafkaBrokers === '' && (settings.kafkaTls || settings.kafkaSaslMechanism !== 'none')) {
    problems.push(
      'KAFKA_TLS and KAFKA_SASL_MECHANISM say how to reach Kafka, but KAFKA_BROKERS does not say where it is',
    );
  }
  const files = (['kafkaCaFile', 'kafkaCertFile', 'kafkaKeyFile'] as const).filter(given);
  if (!settings.kafkaTls && files.length > 0) {
    problems.push(`${files.map((field) => ENVIRONMENT[field]).join(' and ')} is for TLS: set KAFKA_TLS=true`);
  }
  if (given('kafkaCertFile') !== given('kafkaKeyFile')) {
    problems.push('KAFKA_CERT_FILE and KAFKA_KEY_FILE belong together: set both or neither');
  }
  problems.push(...pem(settings, 'kafkaCaFile', 'certificate'), ...pem(settings, 'kafkaCertFile', 'certificate'));
  problems.push(...pem(settings, 'kafkaKeyFile', 'key'), ...kafkaCredentials(settings));
  return problems;
}

function kafkaCredentials(settings: Settings): string[] {
  const { kafkaSaslMechanism: mechanism } = settings;
  const missing = (...fields: (keyof Settings)[]) =>
    fields
      .filter((field) => settings[field] === '')
      .map((field) => `KAFKA_SASL_MECHANISM=${mechanism} needs ${ENVIRONMENT[field]}`);
  switch (mechanism) {
    case 'none':
      return settings.kafkaUsername + settings.kafkaPassword + settings.kafkaOauthTokenUrl === ''
        ? []
        : ['Credentials for Kafka are set but KAFKA_SASL_MECHANISM is none: set it to scram-sha-512, say'];
    case 'plain':
      return [...missing('kafkaUsername', 'kafkaPassword'), ...inTheClear(settings)];
    case 'scram-sha-256':
    case 'scram-sha-512':
      return missing('kafkaUsername', 'kafkaPassword');
    case 'oauthbearer':
      return [
        ...missing('kafkaOauthTokenUrl', 'kafkaOauthClientId', 'kafkaOauthClientSecret'),
        ...inTheClear(settings),
        ...(/^http:/i.test(settings.kafkaOauthTokenUrl) && !isLoopback(new URL(settings.kafkaOauthTokenUrl).hostname)
          ? ['KAFKA_OAUTH_TOKEN_URL must begin with https://: the client secret would cross the network in the clear']
          : []),
      ];
  }
}

/** These mechanisms send what opens the door as it is. */
function inTheClear({ kafkaTls, kafkaBrokers, kafkaSaslMechanism }: Settings): string[] {
  const isNear = kafkaBrokers.split(',').every((broker) => isLoopback(broker.trim().replace(/:\d+$/, '')));
  return kafkaTls || isNear
    ? []
    : [
        `KAFKA_SASL_MECHANISM=${kafkaSaslMechanism} would cross the network in the clear: set KAFKA_TLS=true, or use scram`,
      ];
}

function eventStore(settings: Settings): string[] {
  const { eventstoreUrl: url, eventstoreUsername: username, eventstorePassword: password } = settings;
  const problems = pem(settings, 'eventstoreCaFile', 'certificate');
  if ((username === '') !== (password === '')) {
    problems.push('EVENTSTORE_USERNAME and EVENTSTORE_PASSWORD belong together: set both or neither');
  }
  if (username !== '' && /^[^/]*\/\/[^/?]*@/.test(url)) {
    problems.push('EVENTSTORE_URL holds credentials and EVENTSTORE_USERNAME is set too: keep them in one place');
  }
  if (/[?&]tls=false/i.test(url) && settings.eventstoreCaFile !== '') {
    problems.push('EVENTSTORE_CA_FILE is for TLS, which tls=false in EVENTSTORE_URL turns off: leave one of them out');
  }
  return problems;
}

function database(settings: Settings): string[] {
  const problems = pem(settings, 'databaseCaFile', 'certificate');
  if (/[?&]sslmode=disable/i.test(settings.databaseUrl) && settings.databaseCaFile !== '') {
    problems.push(
      'DATABASE_CA_FILE is for TLS, which sslmode=disable in DATABASE_URL turns off: leave one of them out',
    );
  }
  return problems;
}

function pem(
  settings: Settings,
  field: 'kafkaCaFile' | 'kafkaCertFile' | 'kafkaKeyFile' | 'eventstoreCaFile' | 'databaseCaFile',
  kind: PemKind,
): string[] {
  if (settings[field] === '') return [];
  const problem = pemProblem(ENVIRONMENT[field], settings[field], kind);
  return problem === null ? [] : [problem];
}

function access(settings: Settings): string[] {
  const problems: string[] = [];
  if (settings.auth === 'none' && !isLoopback(settings.apiHost)) {
    problems.push(
      `API_HOST=${settings.apiHost} can be reached from outside but AUTH is none: set AUTH=apikey or AUTH=jwt, or API_HOST=127.0.0.1`,
    );
  }
  if (settings.auth === 'apikey' && settings.apiKeys === '') {
    problems.push('AUTH=apikey needs API_KEYS, e.g. API_KEYS=alice:$(printf %s KEY | sha256sum | cut -d" " -f1)');
  }
  if (settings.auth === 'jwt' && settings.jwtSecret === '' && settings.jwtPublicKey === '') {
    problems.push('AUTH=jwt needs JWT_SECRET (HS256, at least 32 characters) or JWT_PUBLIC_KEY (PEM)');
  }
  if (settings.jwtSecret !== '' && settings.jwtSecret.length < 32) {
    problems.push('JWT_SECRET must have at least 32 characters: openssl rand -hex 32 makes a good one');
  }
  if (settings.uploadSecret !== '' && settings.uploadSecret.length < 32) {
    problems.push('UPLOAD_SECRET must have at least 32 characters: openssl rand -hex 32 makes a good one');
  }
  return problems;
}
