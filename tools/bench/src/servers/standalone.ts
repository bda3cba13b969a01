import { createLogger, loadSettings } from '@chargestream/service-kit';
import { startStandalone } from '@chargestream/standalone';
import { runChild } from '../process/child-side';
import { serve } from './serve';

/** The whole of ChargeStream in one process, exactly as `npm start` composes it. */
runChild(async () => {
  const settings = loadSettings();
  const standalone = await startStandalone(settings, createLogger(settings));
  const ocpp = new URL(standalone.ocppUrl);
  serve(
    { ocppPort: Number(ocpp.port), ocppPath: `${ocpp.pathname}/`, graphqlUrl: standalone.graphqlUrl },
    async () => (await fetch(new URL('/metrics', standalone.graphqlUrl))).text(),
    () => standalone.close(),
  );
});
