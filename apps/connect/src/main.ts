import path from 'node:path';
import { packageVersion, Parts, runService, startHealthServer, startWith } from '@chargestream/service-runtime';

void runService({
  name: 'connect',
  about: 'terminates OCPP and needs only the bus',
  version: packageVersion(path.join(__dirname, '..')),
  start: (context) =>
    startWith(async (opened) => {
      const { settings, logger, metrics, health } = context;
      const where = { host: settings.healthHost, port: settings.healthPort, portVariable: 'HEALTH_PORT' };
      opened.add(await startHealthServer({ ...where, health, metrics }));
      const bus = await new Parts('connect', context, opened).bus();
      // Loaded only now: --help, wrong settings and probes are answered at once.
      const { startConnect } = await import('./start-connect.js');
      return opened.add(await startConnect({ bus, settings, logger, metrics, health }));
    }),
});
