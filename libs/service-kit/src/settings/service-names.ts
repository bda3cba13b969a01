import { OCPP_VARIABLES } from './ocpp-settings';
import { CONNECTION_VARIABLES } from './security-settings';
import { ENVIRONMENT, type Settings } from './settings';

/** The programs that read settings. `standalone` is the other three in one process. */
export const SERVICE_NAMES = ['connect', 'core', 'api', 'standalone'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

type Field = keyof Settings;

const starting = (...prefixes: string[]): readonly Field[] =>
  (Object.keys(ENVIRONMENT) as Field[]).filter((field) =>
    prefixes.some((prefix) => ENVIRONMENT[field].startsWith(prefix)),
  );

const EVERYBODY: readonly Field[] = ['instanceId', 'logLevel', 'validateEvents', ...starting('KAFKA_', 'OTEL_')];
const HEALTH = starting('HEALTH_');
const OCPP = Object.keys({ ...OCPP_VARIABLES, ...CONNECTION_VARIABLES }) as Field[];

/** What each service reads; the rest of the environment is nothing to it. */
const READ_BY: Record<Exclude<ServiceName, 'standalone'>, ReadonlySet<Field>> = {
  connect: new Set<Field>([...EVERYBODY, ...HEALTH, ...OCPP, 'instanceHeartbeatMs']),
  core: new Set<Field>([
    ...EVERYBODY,
    ...HEALTH,
    ...starting('EVENTSTORE_', 'DATABASE_', 'MESSAGE_LOG_', 'CERTIFICATE_'),
    'ocppCallTimeoutMs',
    'cpoName',
    'instanceGoneMs',
    'operationStalledS',
  ]),
  api: new Set<Field>([
    ...EVERYBODY,
    ...starting('EVENTSTORE_', 'DATABASE_', 'API_', 'JWT_', 'UPLOAD_'),
    'auth',
    'graphiql',
    'dataDir',
  ]),
};

/** Whether the service reads the setting. */
export function reads(service: ServiceName, field: Field): boolean {
  if (service === 'standalone') return !HEALTH.includes(field);
  return READ_BY[service].has(field);
}
