import 'reflect-metadata';
import { IsNotEmpty, IsString, Matches } from 'class-validator';
import { OCPP_VARIABLES, OcppSettings } from './ocpp-settings';
import { Address, OneOf, OnOff, Port, Whole } from './rules';
import { SECURITY_VARIABLES } from './security-settings';
import { SERVICE_VARIABLES } from './service-settings';
import { STORAGE_VARIABLES } from './storage-settings';

export type AuthMode = 'none' | 'jwt' | 'apikey';

/** Every setting of every service, from the environment. `ENVIRONMENT` maps the names. */
export class Settings extends OcppSettings {
  @IsNotEmpty({ message: 'API_HOST must be an address to listen on, e.g. API_HOST=127.0.0.1' })
  @IsString()
  apiHost = '127.0.0.1';

  @Port('API_PORT', 4000)
  apiPort = 4000;

  @OneOf('AUTH', ['none', 'jwt', 'apikey'])
  auth: AuthMode = 'none';

  /** `name:sha256-hex` separated by commas: keys are hashed even here. */
  @Matches(/^$|^[^,:\s]+:[0-9a-f]{64}(,[^,:\s]+:[0-9a-f]{64})*$/, {
    message: 'API_KEYS must be name:sha256 pairs separated by commas; hash a key with: printf %s KEY | sha256sum',
  })
  apiKeys = '';

  /** HS256 secret; JWT_PUBLIC_KEY (PEM, RS256/ES256) is the alternative. */
  @IsString()
  jwtSecret = '';

  @IsString()
  jwtPublicKey = '';

  @Whole('MESSAGE_LOG_MAX_AGE_DAYS', 0, 3_650, 'days')
  messageLogMaxAgeDays = 7;

  @Whole('MESSAGE_LOG_MAX_PER_CHARGER', 0, 10_000_000, 'messages')
  messageLogMaxPerCharger = 1_000;

  @Whole('MESSAGE_LOG_MAX_MB_PER_CHARGER', 0, 100_000, 'megabytes')
  messageLogMaxMbPerCharger = 10;

  /** A firmware update, an upload or a certificate renewal of which nothing was heard for so long is marked as stalled. */
  @Whole('OPERATION_STALLED_S', 1, 604_800, 'seconds')
  operationStalledS = 1_800;

  /** Address of `/uploads` as chargers reach it. Empty: that of the API, where API_HOST is one. */
  @Address('UPLOAD_URL', ['http', 'https'], 'https://csms.example.org/uploads')
  uploadUrl = '';

  /** Signs the tokens of uploads. Empty: a random one, kept in DATA_DIR. */
  @IsString()
  uploadSecret = '';

  @Whole('UPLOAD_MAX_BYTES', 1, 2_147_483_647, 'bytes')
  uploadMaxBytes = 104_857_600;

  /** How long a charger may upload after its command could last be sent. */
  @Whole('UPLOAD_TTL_S', 1, 2_592_000, 'seconds')
  uploadTtlS = 86_400;

  @OnOff('GRAPHIQL')
  graphiql = true;
}

/** Environment variable of each setting. */
export const ENVIRONMENT: Record<keyof Settings, string> = {
  ...SERVICE_VARIABLES,
  ...STORAGE_VARIABLES,
  ...SECURITY_VARIABLES,
  ...OCPP_VARIABLES,
  apiHost: 'API_HOST',
  apiPort: 'API_PORT',
  auth: 'AUTH',
  apiKeys: 'API_KEYS',
  jwtSecret: 'JWT_SECRET',
  jwtPublicKey: 'JWT_PUBLIC_KEY',
  messageLogMaxAgeDays: 'MESSAGE_LOG_MAX_AGE_DAYS',
  messageLogMaxPerCharger: 'MESSAGE_LOG_MAX_PER_CHARGER',
  messageLogMaxMbPerCharger: 'MESSAGE_LOG_MAX_MB_PER_CHARGER',
  operationStalledS: 'OPERATION_STALLED_S',
  uploadUrl: 'UPLOAD_URL',
  uploadSecret: 'UPLOAD_SECRET',
  uploadMaxBytes: 'UPLOAD_MAX_BYTES',
  uploadTtlS: 'UPLOAD_TTL_S',
  graphiql: 'GRAPHIQL',
};

/** Values that are never shown. Addresses are among them where they may hold a password. */
const SECRETS: ReadonlySet<string> = new Set<keyof Settings>([
  'apiKeys',
  'jwtSecret',
  'uploadSecret',
  'certificateToken',
  'kafkaPassword',
  'kafkaOauthClientSecret',
  'eventstoreUrl',
  'eventstorePassword',
  'databaseUrl',
]);

export function isSecret(field: string): boolean {
  return SECRETS.has(field);
}
