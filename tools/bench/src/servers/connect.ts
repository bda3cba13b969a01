import path from 'node:path';
import { startConnect } from '@chargestream/connect';
import { openEmbeddedEventBus } from '@chargestream/event-bus/embedded';
import { createLogger, loadSettings, Metrics } from '@chargestream/service-kit';
import { runChild } from '../process/child-side';
import { serve } from './serve';

/** connect alone on the embedded bus, durable like everywhere; nothing consumes what it publishes. */
runChild(async () => {
  const settings = loadSettings();
  const bus = await openEmbeddedEventBus({ path: path.join(settings.dataDir, 'bus.db') });
  const metrics = new Metrics();
  const connect = await startConnect({ bus, settings, metrics, logger: createLogger(settings) });
  serve(
    { ocppPort: connect.port, ocppPath: '/ocpp/', graphqlUrl: null },
    async () => (await metrics.exposition()).body,
    async () => {
      await connect.close();
      await bus.close();
    },
  );
});
