import path from 'node:path';
import { packageVersion, Parts, runService, startHealthServer, startWith } from '@chargestream/service-runtime';

void runService({
  name: 'api',
  about: 'GraphQL over the read model; mutations become intents on the bus',
  version: packageVersion(path.join(__dirname, '..')),
  start: (context) =>
    startWith(async (opened) => {
      const { settings, logger, metrics, health } = context;
      // Until the API itself can listen, this answers the probes where they look for it.
      const where = { host: settings.apiHost, port: settings.apiPort, portVariable: 'API_PORT' };
      const untilReady = opened.add(await startHealthServer({ ...where, health, metrics }));
      const parts = new Parts('api', context, opened);
      const bus = await parts.bus();
      const readModel = await parts.readModel();
      // Only `history` reads the event log; everything else works while it is away, or without one.
      const store = settings.eventstoreUrl === '' ? undefined : await parts.store({ isNeeded: false });
      const { startApi } = await import('./start-api.js');
      await untilReady.close();
      const options = { bus, readModel, settings, logger, metrics, health, ...(store && { store }) };
      return opened.add(await startApi(options));
    }),
});
