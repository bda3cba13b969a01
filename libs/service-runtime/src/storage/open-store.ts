import type { EventStore } from '@chargestream/event-store';
import { dataFolder } from './data-folder';
import { refuseEmbedded } from './embedded-storage';
import { storeKeepingContracts } from './keeping-contracts';
import type { OpenOptions } from './open-bus';

/**
 * The event store that the settings name: EventStoreDB, or the embedded one of standalone.
 * @throws StoreUnavailableError when EventStoreDB does not answer.
 */
export async function openStore(options: OpenOptions): Promise<EventStore> {
  return storeKeepingContracts(await openAdapter(options), options);
}

async function openAdapter({ service, settings, logger }: OpenOptions): Promise<EventStore> {
  if (settings.eventstoreUrl === '') {
    refuseEmbedded(service, 'EVENTSTORE_URL');
    const { openEmbeddedEventStore } = await import('@chargestream/event-store/embedded');
    return openEmbeddedEventStore({ path: dataFolder(settings.dataDir).storePath });
  }
  const { openEventStoreDb } = await import('@chargestream/event-store/eventstoredb');
  const caFile = settings.eventstoreCaFile;
  const hasCredentials = settings.eventstoreUsername !== '';
  return openEventStoreDb({
    url: settings.eventstoreUrl,
    ...(hasCredentials && { username: settings.eventstoreUsername, password: settings.eventstorePassword }),
    ...(caFile !== '' && { caFile }),
    ...(logger && { logger }),
  });
}
