import path from 'node:path';
import { createLogger, loadSettings, misspelledVariables, SettingsError } from '@chargestream/service-kit';
import { failureToStart, packageVersion, traced } from '@chargestream/service-runtime';
import { banner } from './banner';
import { HELP, OptionsError, parseOptions } from './options';

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const settings = loadSettings();
  const logger = createLogger(settings);
  for (const warning of misspelledVariables(process.env)) logger.warn(warning);
  const tracing = await traced(settings, 'standalone', packageVersion(path.join(__dirname, '..')));
  // Loaded only now: --help and wrong settings are answered at once.
  const { startStandalone } = await import('./start-standalone.js');
  const { runDemo } = await import('./demo.js');
  const standalone = await startStandalone(settings, logger);
  process.stdout.write(banner({ ...standalone, graphiql: settings.graphiql }));

  const stopDemo = new AbortController();
  const demo = options.demo
    ? runDemo(standalone, options.demoChargers, stopDemo.signal).catch((error: unknown) =>
        logger.error({ err: error }, 'the simulated depot stopped'),
      )
    : undefined;

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    stopDemo.abort();
    Promise.resolve(demo)
      .then(() => standalone.close())
      .then(() => tracing.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          logger.fatal({ err: error }, 'did not stop cleanly');
          process.exit(1);
        },
      );
  };
  process.once('SIGINT', () => stop('SIGINT'));
  process.once('SIGTERM', () => stop('SIGTERM'));
}

main().catch((error: unknown) => {
  if (error instanceof OptionsError || error instanceof SettingsError) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`${failureToStart(error)}\n`);
  process.exit(1);
});
