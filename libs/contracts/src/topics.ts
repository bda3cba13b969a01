/** Names of the bus topics. Keys are `tenant/charger` unless said otherwise. */
export const TOPICS = {
  /** Every domain event from chargers, and command outcomes: the inbound truth. */
  chargerEvents: 'csms.charger-events.v1',
  /** Session lifecycle after deciding, for billing and analytics. */
  sessionEvents: 'csms.session-events.v1',
  /** Compacted: newest connection of each charger. The offset of a record is the connection's epoch. */
  connections: 'csms.connections.v1',
  /** Compacted: what connect must know of each charger. */
  registry: 'csms.registry.v1',
  /** Compacted, key `tenant/idToken` lower-cased. */
  tokens: 'csms.tokens.v1',
  /** Commands and administration, from api to core. */
  intents: 'csms.intents.v1',
  /** Raw OCPP frames, both directions, redacted. */
  ocppMessages: 'csms.ocpp-messages.v1',
  /** What changed in the read model, and how intents ended. Key: entity id. */
  updates: 'csms.updates.v1',
  /** Original key; bytes and error. */
  deadLetters: 'csms.dead-letters.v1',
} as const;

/** Commands for the chargers connected to one connect instance. */
export function inboxTopic(instanceId: string): string {
  return `csms.inbox.${instanceId}`;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Retention of every topic, handed to `EventBus.ensureTopics` at start. */
export const TOPIC_SPECS = [
  { name: TOPICS.chargerEvents, cleanup: 'delete', retentionMs: 30 * DAY_MS, partitions: 12 },
  { name: TOPICS.sessionEvents, cleanup: 'delete', retentionMs: 30 * DAY_MS, partitions: 12 },
  { name: TOPICS.connections, cleanup: 'compact', partitions: 12 },
  { name: TOPICS.registry, cleanup: 'compact', partitions: 3 },
  { name: TOPICS.tokens, cleanup: 'compact', partitions: 3 },
  { name: TOPICS.intents, cleanup: 'delete', retentionMs: 7 * DAY_MS, partitions: 12 },
  { name: TOPICS.ocppMessages, cleanup: 'delete', retentionMs: DAY_MS, partitions: 12 },
  { name: TOPICS.updates, cleanup: 'delete', retentionMs: DAY_MS / 24, partitions: 3 },
  { name: TOPICS.deadLetters, cleanup: 'delete', retentionMs: 90 * DAY_MS, partitions: 3 },
] as const;

export function inboxTopicSpec(instanceId: string) {
  return { name: inboxTopic(instanceId), cleanup: 'delete', retentionMs: DAY_MS, partitions: 1 } as const;
}

/** Key of everything about one charger. Both parts are percent-encoded, so that `/` stays a separator. */
export function chargerKey(tenantId: string, chargerId: string): string {
  return `${encodeURIComponent(tenantId)}/${encodeURIComponent(chargerId)}`;
}

/** Key of a token. OCPP compares idTokens without regard to case (1.6 CiString, 2.x identifierString). */
export function tokenKey(tenantId: string, idToken: string): string {
  return `${encodeURIComponent(tenantId)}/${encodeURIComponent(idToken.toLowerCase())}`;
}
