import { catchUpReadModel, rebuildReadModel } from '@chargestream/read-model';
import { createLogger, loadSettings } from '@chargestream/service-kit';
import { failureToStart, openReadModel, openStore } from '@chargestream/service-runtime';

const HELP = `Wipes the read model and builds it anew from the event store.

Usage: npm run rebuild-read-model

The settings say where both are, as for the services: EVENTSTORE_URL and DATABASE_URL, or the embedded ones in DATA_DIR
(./data). Stop ChargeStream first; of separate services, core alone: connect and api may run, and queries show what is
there already. The events are only read. First the read model is shown what it had not seen yet when its process ended; then
its content hash is printed, and again after the rebuild: equal hashes mean that nothing had drifted.
`;

async function main(): Promise<void> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    process.stdout.write(HELP);
    return;
  }
  const settings = loadSettings();
  const options = { service: 'standalone', settings, logger: createLogger(settings) } as const;
  const store = await openStore(options);
  const readModel = await openReadModel(options);
  await catchUp({ readModel, store });
  process.stdout.write(`before: ${await readModel.contentHash()}\n`);
  let handled = 0;
  await rebuildReadModel({
    readModel,
    store,
    onProgress: (events) => {
      if (events - handled >= 10_000) process.stderr.write(`${(handled = events)} events\n`);
    },
  });
  process.stdout.write(`after:  ${await readModel.contentHash()}\n`);
  await readModel.close();
  await store.close();
}

/** What was shown of another event store cannot be caught up with: the rebuild is there for that as well. */
async function catchUp(options: Parameters<typeof catchUpReadModel>[0]): Promise<void> {
  try {
    const missed = await catchUpReadModel(options);
    if (missed > 0) process.stdout.write(`missed: ${missed} events, shown now\n`);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    process.stdout.write(`missed: nobody can tell, as the read model was made of another event store\n`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${failureToStart(error)}\n`);
  process.exit(1);
});
