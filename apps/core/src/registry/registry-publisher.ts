import {
  chargerKey,
  STREAM_PREFIXES,
  toBusRecord,
  tokenKey,
  TOPICS,
  type ChargerFact,
  type RegistryEntry,
  type StoredMetadata,
  type TokenEntry,
  type TokenFact,
} from '@chargestream/contracts';
import type { BusRecord, EventBus } from '@chargestream/event-bus';
import type { EventStore, StoredEvent } from '@chargestream/event-store';

/**
 * Header of every entry: the place in the store's log that the tables had followed to before the batch of this entry.
 * The newest of them is the checkpoint: a batch that was published in part is published again as a whole.
 */
const POSITION = 'store_position';

export interface RegistryPublisherOptions {
  bus: EventBus;
  store: EventStore;
  /** Told of the causes whose effects the tables show now. */
  onPublished: (causationIds: readonly string[]) => void;
  onError: (error: unknown) => void;
}

/**
 * Keeps the compacted tables of chargers and tokens, which connect lives by, in step with the store: a subscription to
 * the store that begins where the tables' newest entry left off. A crash between append and publish heals by itself.
 */
export async function runRegistryPublisher(options: RegistryPublisherOptions) {
  const { bus, store, onPublished, onError } = options;
  const { registry, checkpoint } = await readTables(bus, store);
  let published = checkpoint;
  const subscription = await store.subscribe({
    from: checkpoint,
    streamPrefixes: [STREAM_PREFIXES.charger, STREAM_PREFIXES.token],
    handle: async (events) => {
      const next = new Map<string, RegistryEntry>();
      const records: BusRecord[] = [];
      for (const event of events) {
        const record = recordOf(event, (key) => next.get(key) ?? registry.get(key), next);
        if (record === null) continue;
        const position: Record<string, string> = published === null ? {} : { [POSITION]: published };
        records.push({ ...record, headers: { ...record.headers, ...position } });
      }
      if (records.length > 0) await bus.publish(records);
      published = events.at(-1)?.position ?? published;
      for (const [key, entry] of next) registry.set(key, entry);
      onPublished(events.map(({ metadata }) => String(metadata.causationId)));
    },
    onError,
  });
  return { caughtUp: () => subscription.caughtUp(), close: () => subscription.close() };
}

async function readTables(bus: EventBus, store: EventStore) {
  const registry = new Map<string, RegistryEntry>();
  let checkpoint: string | null = null;
  for (const topic of [TOPICS.registry, TOPICS.tokens]) {
    const table = await bus.openTable(topic);
    for (const { key, value, headers } of table.entries()) {
      const position = headers[POSITION];
      if (position !== undefined && (checkpoint === null || store.comparePositions(position, checkpoint) > 0)) {
        checkpoint = position;
      }
      if (topic === TOPICS.registry) registry.set(key, JSON.parse(value.toString('utf8')) as RegistryEntry);
    }
    await table.close();
  }
  return { registry, checkpoint };
}

function recordOf(
  event: StoredEvent,
  current: (key: string) => RegistryEntry | undefined,
  next: Map<string, RegistryEntry>,
): BusRecord | null {
  const { tenantId, chargerId } = event.metadata as unknown as StoredMetadata;
  const identity = { id: event.id, type: event.type, source: '/core' };
  const fact = { type: event.type, data: event.data } as ChargerFact | TokenFact;
  if (fact.type === 'TokenPut') {
    const entry: TokenEntry = { ...fact.data, tenantId };
    return toBusRecord(TOPICS.tokens, tokenKey(tenantId, fact.data.idToken), identity, entry);
  }
  if (fact.type === 'TokenRemoved') {
    const record = toBusRecord(TOPICS.tokens, tokenKey(tenantId, fact.data.idToken), identity, null);
    return { ...record, value: null };
  }
  const key = chargerKey(tenantId, chargerId);
  const entry = entryAfter(fact, { tenantId, chargerId }, current(key));
  if (entry === null) return null;
  next.set(key, entry);
  return toBusRecord(TOPICS.registry, key, identity, entry);
}

/** The registry's entry after a fact; null when the fact does not concern it. */
function entryAfter(
  fact: ChargerFact,
  who: { tenantId: string; chargerId: string },
  entry: RegistryEntry | undefined,
): RegistryEntry | null {
  switch (fact.type) {
    case 'ChargerRegistered':
      return { ...who, registration: fact.data.registration, credentials: fact.data.credentials, retired: false };
    case 'ChargerUpdated':
      if (entry === undefined || fact.data.registration === undefined) return null;
      return { ...entry, registration: fact.data.registration };
    case 'ChargerCredentialsSet':
      return entry === undefined ? null : { ...entry, credentials: fact.data.credentials };
    case 'ChargerRetired':
      return entry === undefined ? null : { ...entry, retired: true };
    default:
      // Everything else a charger does; this is not about who may connect.
      return null;
  }
}
