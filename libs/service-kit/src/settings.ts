import 'reflect-metadata';
import { plainToInstance, Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNotEmpty, IsString, Matches, Max, Min, validateSync } from 'class-validator';
import { isLoopback } from './loopback';

/** Numbers come as text; anything that is not a whole number stays text, so that the validator names it. */
const WholeNumber = () =>
  Transform(({ value }) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value));
const Flag = () => Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value));
const Port = (name: string) => (target: object, key: string) => {
  WholeNumber()(target, key);
  const message = `${name} must be a port from 0 to 65535 (0 takes any free one), e.g. ${name}=9220`;
  IsInt({ message })(target, key);
  Min(0, { message })(target, key);
  Max(65535, { message })(target, key);
};
const Whole = (name: string, min: number, max: number, unit: string) => (target: object, key: string) => {
  WholeNumber()(target, key);
  const message = `${name} must be a whole number of ${unit} from ${min} to ${max}`;
  IsInt({ message })(target, key);
  Min(min, { message })(target, key);
  Max(max, { message })(target, key);
};
const OneOf = (name: string, values: readonly string[]) =>
  IsIn(values, { message: `${name} must be one of ${values.join(', ')}, e.g. ${name}=${values[0]}` });
const OnOff = (name: string) => (target: object, key: string) => {
  Flag()(target, key);
  IsBoolean({ message: `${name} must be true or false` })(target, key);
};

export type RegistrationMode = 'auto' | 'manual';
export type AuthMode = 'none' | 'jwt' | 'apikey';

/** Every setting of every service, from the environment. `ENVIRONMENT` maps the names. */
export class Settings {
  @IsNotEmpty({ message: 'OCPP_HOST must be an address to listen on, e.g. OCPP_HOST=127.0.0.1' })
  @IsString()
  ocppHost = '127.0.0.1';

  @Port('OCPP_PORT')
  ocppPort = 9220;

  @IsNotEmpty({ message: 'API_HOST must be an address to listen on, e.g. API_HOST=127.0.0.1' })
  @IsString()
  apiHost = '127.0.0.1';

  @Port('API_PORT')
  apiPort = 4000;

  @IsNotEmpty({ message: 'DATA_DIR must be a folder, e.g. DATA_DIR=./data' })
  @IsString()
  dataDir = './data';

  /** Stable across restarts: it names the instance's inbox. */
  @Matches(/^[A-Za-z0-9_-]{1,64}$/, {
    message: 'INSTANCE_ID must be 1 to 64 letters, digits, - or _, e.g. INSTANCE_ID=connect-1',
  })
  instanceId = 'connect-1';

  /** Whether a charger nobody registered is taken in (`auto`) or answered 404 (`manual`). */
  @OneOf('REGISTRATION', ['auto', 'manual'])
  registration: RegistrationMode = 'auto';

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

  @OneOf('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  logLevel = 'info';

  /** What chargers are told in the answer to BootNotification. */
  @Whole('HEARTBEAT_INTERVAL_S', 1, 86_400, 'seconds')
  heartbeatIntervalS = 300;

  /** What the Basic username must be: the charger's id, or anything. */
  @OneOf('OCPP_USERNAME', ['chargerId', 'any'])
  ocppUsername: 'chargerId' | 'any' = 'chargerId';

  @OneOf('OCPP_VALIDATION', ['lenient', 'strict'])
  ocppValidation: 'lenient' | 'strict' = 'lenient';

  @Whole('OCPP_MAX_FRAME_BYTES', 1_024, 16_777_216, 'bytes')
  ocppMaxFrameBytes = 65_536;

  /** permessage-deflate costs 40 times the memory and five times the CPU. */
  @OnOff('OCPP_COMPRESSION')
  ocppCompression = false;

  @Whole('OCPP_PING_INTERVAL_S', 0, 3_600, 'seconds')
  ocppPingIntervalS = 30;

  @Whole('OCPP_UPGRADE_TIMEOUT_MS', 100, 120_000, 'milliseconds')
  ocppUpgradeTimeoutMs = 10_000;

  @Whole('OCPP_CALL_TIMEOUT_MS', 100, 600_000, 'milliseconds')
  ocppCallTimeoutMs = 30_000;

  @Whole('OCPP_DRAIN_TIMEOUT_MS', 0, 120_000, 'milliseconds')
  ocppDrainTimeoutMs = 5_000;

  /** A charger's clock further in the past than this is not believed. Long: chargers replay days of offline work. */
  @Whole('OCPP_CLOCK_BEHIND_S', 60, 31_536_000, 'seconds')
  ocppClockBehindS = 30 * 86_400;

  /** A charger's clock further in the future than this is not believed. */
  @Whole('OCPP_CLOCK_AHEAD_S', 1, 86_400, 'seconds')
  ocppClockAheadS = 300;

  @Whole('MESSAGE_LOG_MAX_AGE_DAYS', 0, 3_650, 'days')
  messageLogMaxAgeDays = 7;

  @Whole('MESSAGE_LOG_MAX_PER_CHARGER', 0, 10_000_000, 'messages')
  messageLogMaxPerCharger = 1_000;

  @OnOff('GRAPHIQL')
  graphiql = true;
}

/** Environment variable of each setting. */
export const ENVIRONMENT: Record<keyof Settings, string> = {
  ocppHost: 'OCPP_HOST',
  ocppPort: 'OCPP_PORT',
  apiHost: 'API_HOST',
  apiPort: 'API_PORT',
  dataDir: 'DATA_DIR',
  instanceId: 'INSTANCE_ID',
  registration: 'REGISTRATION',
  auth: 'AUTH',
  apiKeys: 'API_KEYS',
  jwtSecret: 'JWT_SECRET',
  jwtPublicKey: 'JWT_PUBLIC_KEY',
  logLevel: 'LOG_LEVEL',
  heartbeatIntervalS: 'HEARTBEAT_INTERVAL_S',
  ocppUsername: 'OCPP_USERNAME',
  ocppValidation: 'OCPP_VALIDATION',
  ocppMaxFrameBytes: 'OCPP_MAX_FRAME_BYTES',
  ocppCompression: 'OCPP_COMPRESSION',
  ocppPingIntervalS: 'OCPP_PING_INTERVAL_S',
  ocppUpgradeTimeoutMs: 'OCPP_UPGRADE_TIMEOUT_MS',
  ocppCallTimeoutMs: 'OCPP_CALL_TIMEOUT_MS',
  ocppDrainTimeoutMs: 'OCPP_DRAIN_TIMEOUT_MS',
  ocppClockBehindS: 'OCPP_CLOCK_BEHIND_S',
  ocppClockAheadS: 'OCPP_CLOCK_AHEAD_S',
  messageLogMaxAgeDays: 'MESSAGE_LOG_MAX_AGE_DAYS',
  messageLogMaxPerCharger: 'MESSAGE_LOG_MAX_PER_CHARGER',
  graphiql: 'GRAPHIQL',
};

/** The environment holds something that cannot be used; the message has a line per problem saying what to write. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

/**
 * Reads and checks all settings; absent and empty variables take their defaults.
 * @throws SettingsError naming every variable that is wrong and what to write instead.
 */
export function loadSettings(environment: Record<string, string | undefined> = process.env): Settings {
  const given: Record<string, string> = {};
  for (const [field, name] of Object.entries(ENVIRONMENT)) {
    const value = environment[name]?.trim();
    if (value !== undefined && value !== '') given[field] = value;
  }
  const settings = plainToInstance(Settings, given, { exposeDefaultValues: true });
  const problems = validateSync(settings, { forbidUnknownValues: true }).flatMap((problem) => {
    const sentences = new Set(Object.values(problem.constraints ?? {}));
    return [...sentences].map((sentence) => `${sentence} (it is ${shown(problem.property, problem.value)})`);
  });
  problems.push(...contradictions(settings));
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

function shown(field: string, value: unknown): string {
  return /secret|key/i.test(field) ? 'something else; not shown, it is a secret' : JSON.stringify(value);
}

/** Settings that are fine alone but not together. */
function contradictions(settings: Settings): string[] {
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
  return problems;
}

/** Variables that are nearly called like a setting: a sentence for each. They may be somebody else's, so they stop nothing. */
export function misspelledVariables(environment: Record<string, string | undefined>): string[] {
  const names = Object.values(ENVIRONMENT);
  return Object.keys(environment).flatMap((given) => {
    if (given.length < 6 || names.includes(given)) return [];
    const meant = names.find((name) => Math.abs(name.length - given.length) <= 2 && distance(name, given) <= 2);
    return meant === undefined ? [] : [`${given} is set but is no setting: did you mean ${meant}?`];
  });
}

/** Levenshtein's: how many letters to change, add or leave out. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
