import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import type { Settings } from './settings/index';

export type { Logger } from 'pino';

/** Names whose values never reach a log, at any of the usual depths. */
const SECRET_FIELDS = ['password', 'passwordHash', 'credentials', 'authorization', 'jwtSecret', 'apiKeys', 'apiKey'];

/** JSON lines on stdout, or to `destination`. */
export function createLogger(settings: Pick<Settings, 'logLevel'>, destination?: DestinationStream): Logger {
  const paths = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  const options = { level: settings.logLevel, redact: { paths, censor: '[redacted]' }, base: undefined };
  return destination ? pino(options, destination) : pino(options);
}

/** Lets Nest write into our log. */
export function nestLogger(logger: Logger): LoggerService {
  const context = (extra: unknown[]) => ({ context: extra.filter((value) => typeof value === 'string').at(-1) });
  return {
    log: (message: unknown, ...extra: unknown[]) => logger.debug(context(extra), String(message)),
    warn: (message: unknown, ...extra: unknown[]) => logger.warn(context(extra), String(message)),
    debug: (message: unknown, ...extra: unknown[]) => logger.debug(context(extra), String(message)),
    verbose: (message: unknown, ...extra: unknown[]) => logger.trace(context(extra), String(message)),
    fatal: (message: unknown, ...extra: unknown[]) => logger.fatal(context(extra), String(message)),
    error: (message: unknown, ...extra: unknown[]) =>
      message instanceof Error
        ? logger.error({ ...context(extra), err: message }, message.message)
        : logger.error({ ...context(extra), detail: extra.find((value) => value instanceof Error) }, String(message)),
  };
}
