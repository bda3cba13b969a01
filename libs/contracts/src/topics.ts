/** Names of the bus topics. Keys are `tenant/charger` unless said otherwise. */
export const TOPICS = {
  /** Every domain event from chargers, and command outcomes: the inbound truth. */
  chargerEvents: 'csms.charger-events.v1',
  /** Session lifecycle after deciding, for billing and analytics. */
  sessionEvents: 'csms.session-events.v1',
  /** Normalised samples of all meters, deduplicated, from the event store. */
  meterValues: 'csms.meter-values.v1',
  /** Compacted, key `tenant/charger/evse/connector`: newest status of each connector, from the event store. */
  connectorStatus: 'csms.connector-status.v1',
  /** Compacted: newest connection of each charger. The offset of a record is the connection's epoch. */
  connections: 'csms.connections.v1',
  /** Compacted: what connect must know of each charger. */
  registry: 'csms.registry.v1',
  /** Compacted, key `tenant/idToken` lower-cased. */
  tokens: 'csms.tokens.v1',
  /** Compacted, key as of `tokens`: the open transactions of each token, from the event store. */
  activeTokens: 'csms.active-tokens.v1',
  /** Commands and administration, from api to core. */
  intents: 'csms.intents.v1',
  /** Raw OCPP frames, both directions, redacted. */
  ocppMessages: 'csms.ocpp-messages.v1',
  /** What changed in the read model, and how intents ended. Key: entity id. */
  updates: 'csms.updates.v1',
  /** Compacted, key `instanceId`: the instances of connect and when each was last alive. */
  instances: 'csms.instances.v1',
  /**
   * Compacted: how far each publisher has followed the event store. Written together with what it published. Under
   * `terms/<publisher>`: since when its present writer has been at it.
   */
  checkpoints: 'csms.checkpoints.v1',
  /**
   * Compacted: what could not be handled, and what came after it for the same key. Bytes as they were, the error in headers.
   * A letter that was replayed or discarded is a tombstone.
   */
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
  { name: TOPICS.activeTokens, cleanup: 'compact', partitions: 3 },
  // Intents may carry a secret for a charger (AuthorizationKey, say), which is stored nowhere else.
  { name: TOPICS.intents, cleanup: 'delete', retentionMs: DAY_MS, partitions: 12 },
  { name: TOPICS.ocppMessages, cleanup: 'delete', retentionMs: DAY_MS, partitions: 12 },
  { name: TOPICS.updates, cleanup: 'delete', retentionMs: DAY_MS / 24, partitions: 3 },
  { name: TOPICS.meterValues, cleanup: 'delete', retentionMs: 30 * DAY_MS, partitions: 12 },
  { name: TOPICS.connectorStatus, cleanup: 'compact', partitions: 12 },
  { name: TOPICS.instances, cleanup: 'compact', partitions: 1 },
  { name: TOPICS.checkpoints, cleanup: 'compact', partitions: 1 },
  { name: TOPICS.deadLetters, cleanup: 'compact', partitions: 3 },
] as const;

/** Short: commands may carry secrets, and none lies there long. */
export function inboxTopicSpec(instanceId: string) {
  return { name: inboxTopic(instanceId), cleanup: 'delete', retentionMs: DAY_MS / 24, partitions: 1 } as const;
}

/** Key of everything about one charger. Both parts are percent-encoded, so that `/` stays a separator. */
export function chargerKey(tenantId: string, chargerId: string): string {
  return `${encodeURIComponent(tenantId)}/${encodeURIComponent(chargerId)}`;
}

/** Key of one connector's status; `/` separates as in `chargerKey`. */
export function connectorKey(tenantId: string, chargerId: string, evseId: number, connectorId: number): string {
  return `${chargerKey(tenantId, chargerId)}/${evseId}/${connectorId}`;
}

/** Key of a dead letter: what was parked, and from where. The original key is the part before `#`. */
export function deadLetterKey(originalKey: string, from: { topic: string; partition: number; offset: number }): string {
  return `${originalKey}#${from.topic}/${from.partition}/${from.offset}`;
}

/** Key of a token. OCPP compares idTokens without regard to case (1.6 CiString, 2.x identifierString). */
export function tokenKey(tenantId: string, idToken: string): string {
  // Half a character, which JSON lets a charger send, has no percent-encoding.
  const whole = idToken.replaceAll(/\p{Surrogate}/gu, '\ufffd');
  return `${encodeURIComponent(tenantId)}/${encodeURIComponent(whole.toLowerCase())}`;
}
