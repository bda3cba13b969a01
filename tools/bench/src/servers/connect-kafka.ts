import { startConnect } from '@chargestream/connect';
import { openKafkaEventBus } from '@chargestream/event-bus/kafka';
import { createLogger, loadSettings, Metrics } from '@chargestream/service-kit';
import { runChild } from '../process/child-side';
import { serve } from './serve';

/** connect alone on the Kafka that KAFKA_BROKERS names: every message is with all in-sync replicas before its receipt. */
runChild(async () => {
  const settings = loadSettings();
  const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
  const bus = await openKafkaEventBus({ brokers, clientId: settings.instanceId });
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
