import path from 'node:path';
import { packageVersion, Parts, runService, startHealthServer, startWith } from '@chargestream/service-runtime';

void runService({
  name: 'core',
  about: 'the only writer of the event store; runs the projections, the publishers and the router of commands',
  version: packageVersion(path.join(__dirname, '..')),
  start: (context) =>
    startWith(async (opened) => {
      const { settings, logger, metrics, health } = context;
      const where = { host: settings.healthHost, port: settings.healthPort, portVariable: 'HEALTH_PORT' };
      opened.add(await startHealthServer({ ...where, health, metrics }));
      const parts = new Parts('core', context, opened);
      const bus = await parts.bus();
      const store = await parts.store();
      const { startCore } = await import('./start-core.js');
      // Charging goes on while the read model is away: core begins without it and shows everything later.
      const readModel = parts.readModelLater();
      return opened.add(await startCore({ bus, store, readModel, settings, logger, metrics, health }));
    }),
});
