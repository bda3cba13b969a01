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
import type { StoredEvent } from '@chargestream/event-store';
import type { StorePublisher } from './publisher';

/**
 * Keeps the compacted tables of chargers and tokens, which connect lives by, in step with the store. What an entry was
 * before is read back from the table itself.
 */
export function registryPublisher(bus: EventBus): StorePublisher {
  const registry = new Map<string, RegistryEntry>();
  return {
    name: REGISTRY_PUBLISHER,
    streamPrefixes: REGISTRY_STREAMS,
    async open() {
      const table = await bus.openTable(TOPICS.registry);
      for (const { key, value } of table.entries()) {
        registry.set(key, JSON.parse(value.toString('utf8')) as RegistryEntry);
      }
      await table.close();
    },
    recordsOf: (events) => events.map((event) => recordOf(event, registry)).filter((record) => record !== null),
  };
}

export const REGISTRY_PUBLISHER = 'registry';
export const REGISTRY_STREAMS = [STREAM_PREFIXES.charger, STREAM_PREFIXES.token];

/** Whether a fact shows in the tables, wherever it is of a charger or a token that was registered before. */
export function showsInTables({ type, data }: Pick<StoredEvent, 'type' | 'data'>): boolean {
  const fact = { type, data } as ChargerFact | TokenFact;
  switch (fact.type) {
    case 'TokenPut':
    case 'TokenRemoved':
    case 'ChargerRegistered':
    case 'ChargerCredentialsSet':
    case 'ChargerRetired':
    case 'SecurityProfileRaised':
      return true;
    case 'ChargerUpdated':
      return fact.data.registration !== undefined || fact.data.securityProfile !== undefined;
    default:
      return false;
  }
}

function recordOf(event: StoredEvent, registry: Map<string, RegistryEntry>): BusRecord | null {
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
  const entry = entryAfter(fact, { tenantId, chargerId }, registry.get(key));
  if (entry === null) return null;
  registry.set(key, entry);
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
      return {
        ...who,
        registration: fact.data.registration,
        credentials: fact.data.credentials,
        retired: false,
        securityProfile: entry?.securityProfile ?? null,
      };
    case 'ChargerUpdated':
      if (entry === undefined || !showsInTables(fact)) return null;
      return {
        ...entry,
        registration: fact.data.registration ?? entry.registration,
        securityProfile: fact.data.securityProfile === undefined ? entry.securityProfile : fact.data.securityProfile,
      };
    case 'SecurityProfileRaised':
      return entry === undefined ? null : { ...entry, securityProfile: fact.data.securityProfile };
    case 'ChargerCredentialsSet':
      return entry === undefined ? null : { ...entry, credentials: fact.data.credentials };
    case 'ChargerRetired':
      return entry === undefined ? null : { ...entry, retired: true };
    default:
      // Everything else a charger does; this is not about who may connect.
      return null;
  }
}
