import { IsNotEmpty, IsString, Matches } from 'class-validator';
import { Address, OneOf, OnOff, Port, Share, Whole } from './rules';

/** What every service has: a name, a log, health, traces. */
export class ServiceSettings {
  /** Stable across restarts: it names the instance's inbox. */
  @Matches(/^[A-Za-z0-9_-]{1,64}$/, {
    message: 'INSTANCE_ID must be 1 to 64 letters, digits, - or _, e.g. INSTANCE_ID=connect-1',
  })
  instanceId = 'connect-1';

  @OneOf('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  logLevel = 'info';

  @IsNotEmpty({ message: 'HEALTH_HOST must be an address to listen on, e.g. HEALTH_HOST=127.0.0.1' })
  @IsString()
  healthHost = '127.0.0.1';

  @Port('HEALTH_PORT', 9221)
  healthPort = 9221;

  /** Base address of an OTLP/HTTP collector; nothing is traced without one. */
  @Address('OTEL_EXPORTER_OTLP_ENDPOINT', ['http', 'https'], 'http://127.0.0.1:4318')
  otelEndpoint = '';

  /** Empty: `chargestream-` and the service's name. */
  @Matches(/^[\x21-\x7e]{0,128}$/, { message: 'OTEL_SERVICE_NAME must be at most 128 letters without spaces' })
  otelServiceName = '';

  @Share('OTEL_TRACES_SAMPLER_ARG')
  otelSampleRatio = 1;

  /** How often connect says that it is there, and how long after that it counts as gone. */
  @Whole('INSTANCE_HEARTBEAT_MS', 100, 60_000, 'milliseconds')
  instanceHeartbeatMs = 2_000;

  @Whole('INSTANCE_GONE_MS', 500, 600_000, 'milliseconds')
  instanceGoneMs = 15_000;

  /** Refuse to publish or store what is against its schema. On where NODE_ENV is `development`. */
  @OnOff('VALIDATE_EVENTS')
  validateEvents = false;
}

export const SERVICE_VARIABLES = {
  instanceId: 'INSTANCE_ID',
  logLevel: 'LOG_LEVEL',
  healthHost: 'HEALTH_HOST',
  healthPort: 'HEALTH_PORT',
  otelEndpoint: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  otelServiceName: 'OTEL_SERVICE_NAME',
  otelSampleRatio: 'OTEL_TRACES_SAMPLER_ARG',
  instanceHeartbeatMs: 'INSTANCE_HEARTBEAT_MS',
  instanceGoneMs: 'INSTANCE_GONE_MS',
  validateEvents: 'VALIDATE_EVENTS',
} as const satisfies Record<keyof ServiceSettings, string>;
