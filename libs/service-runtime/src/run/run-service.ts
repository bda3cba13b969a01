import { parseArgs } from 'node:util';
import {
  createLogger,
  Health,
  loadSettings,
  Metrics,
  misspelledVariables,
  type Logger,
  type ServiceName,
  type Settings,
} from '@chargestream/service-kit';
import { failureToStart } from './failure-to-start';
import { serviceHelp } from './service-help';
import { startedUntil } from './started-until';
import { traced } from './traced';

const CLOSE_TIMEOUT_MS = 15_000;

export interface ServiceContext {
  settings: Settings;
  logger: Logger;
  metrics: Metrics;
  health: Health;
  /** Aborted when the service is to stop, also while it starts. */
  stopping: AbortSignal;
}

export interface ServiceDefinition {
  name: ServiceName;
  /** One sentence for --help. */
  about: string;
  version: string;
  /**
   * Resolves when the service does its work; may wait for what is not there yet until `stopping` is aborted. Closing drains.
   * What it opened before it fails it closes itself.
   */
  start(context: ServiceContext): Promise<{ close(): Promise<void> }>;
}

/** What of the process a service meets; tests hand in their own. */
export interface ServiceProcess {
  argv: readonly string[];
  env: Record<string, string | undefined>;
  on(event: string, listener: (argument: unknown) => void): unknown;
  exit(code: number): void;
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

/**
 * Runs a service as the program of a process: settings, log, signals, exit codes. SIGTERM and SIGINT drain and end it with
 * 0; a second signal ends it at once with 1, and so does an error that nobody caught.
 */
export async function runService(definition: ServiceDefinition, host: ServiceProcess = process): Promise<void> {
  const { name, about, version } = definition;
  const options = optionsOf(host.argv.slice(2));
  if (typeof options === 'string') {
    host.stderr.write(`${options}. node apps/${name}/dist/main.js --help lists what there is.\n`);
    return host.exit(1);
  }
  if (options.help) return void host.stdout.write(serviceHelp(name, about));
  if (options.version) return void host.stdout.write(`${version}\n`);
  try {
    await run(definition, host);
  } catch (error) {
    host.stderr.write(`${failureToStart(error)}\n`);
    host.exit(1);
  }
}

/** @returns what was asked for, or what is wrong with it. */
function optionsOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } },
    }).values;
  } catch (error) {
    return (error as Error).message;
  }
}

async function run(definition: ServiceDefinition, host: ServiceProcess): Promise<void> {
  const { name, version } = definition;
  const settings = loadSettings(host.env, name);
  const logger = createLogger(settings);
  for (const warning of misspelledVariables(host.env)) logger.warn(warning);
  const stopping = new AbortController();
  const stopRequested = onSignals(host, logger, () => stopping.abort());
  const tracing = await traced(settings, name, version);
  logger.info({ service: name, instanceId: settings.instanceId, version }, 'starting');
  const running = await startedUntil(stopping.signal, logger, () => {
    const { metrics, health } = observed(definition, settings, stopping.signal);
    // Parts tell their own health once they are there; until all of them are, the service is not ready.
    const started = health.register('start', () => 'the service is starting');
    const starting = definition.start({ settings, logger, metrics, health, stopping: stopping.signal });
    return starting.finally(started);
  });
  await stopRequested;
  const isLate = setTimeout(() => {
    logger.fatal('did not stop in time: ending as it is; what was acknowledged is stored');
    host.exit(1);
  }, stopTimeoutMs(settings)).unref();
  await running?.close();
  await tracing.close();
  clearTimeout(isLate);
  logger.info('stopped');
  host.exit(0);
}

/** Of one attempt to start: what is registered in them belongs to what is opened in it. */
function observed({ name, version }: ServiceDefinition, { instanceId: instance }: Settings, stopping: AbortSignal) {
  const [metrics, health] = [new Metrics({ processMetrics: true }), new Health()];
  metrics
    .gauge('build_info', 'Always 1; which service this is, and its version', ['service', 'version', 'instance'])
    .set({ service: name, version, instance }, 1);
  metrics.gauge('ready', '1 while the service is ready, 0 while it is not', [], async (gauge) =>
    gauge.set((await health.report()).ready ? 1 : 0),
  );
  const stop = () => void health.register('stopping', () => 'the service is stopping');
  if (stopping.aborted) stop();
  else stopping.addEventListener('abort', stop, { once: true });
  return { metrics, health };
}

/** How long a stop may take: the drain, and what closing takes when Kafka, say, is away just then. */
function stopTimeoutMs({ ocppDrainSpreadMs, ocppDrainTimeoutMs }: Settings): number {
  return ocppDrainSpreadMs + ocppDrainTimeoutMs + CLOSE_TIMEOUT_MS;
}

/** @returns a promise that resolves on the first signal. The second one ends the process. */
function onSignals(host: ServiceProcess, logger: Logger, onFirst: () => void): Promise<void> {
  for (const event of ['unhandledRejection', 'uncaughtException']) {
    host.on(event, (error) => {
      logger.fatal({ err: error }, `${event}: this is a mistake in the program, and the process ends`);
      host.exit(1);
    });
  }
  return new Promise((resolve) => {
    let signals = 0;
    for (const signal of ['SIGTERM', 'SIGINT']) {
      host.on(signal, () => {
        if (signals++ > 0) {
          logger.warn({ signal }, 'told again to stop: ending at once');
          return host.exit(1);
        }
        logger.info({ signal }, 'stopping; a second signal ends it at once');
        onFirst();
        resolve();
      });
    }
  });
}
