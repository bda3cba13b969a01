import { openEmbeddedEventStore } from '@chargestream/event-store/embedded';
import { openSqliteReadModel, rebuildReadModel } from '@chargestream/read-model';
import { loadSettings } from '@chargestream/service-kit';
import { dataFolder, failureToStart } from '@chargestream/service-runtime';

const HELP = `Wipes the read model and builds it anew from the event store.

Usage: npm run rebuild-read-model

Stop ChargeStream first. DATA_DIR names the folder (./data). The events are only read; what is rebuilt is the
read model, and its content hash is printed before and after: equal hashes mean that nothing had drifted.
`;

async function main(): Promise<void> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    process.stdout.write(HELP);
    return;
  }
  const data = dataFolder(loadSettings().dataDir);
  const store = await openEmbeddedEventStore({ path: data.storePath });
  const readModel = await openSqliteReadModel({ path: data.readModelPath });
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

main().catch((error: unknown) => {
  process.stderr.write(`${failureToStart(error)}\n`);
  process.exit(1);
});
