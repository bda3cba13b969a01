import type { ChargerEvent, Intent, StoredMetadata } from '@chargestream/contracts';

/** Where the facts of a charger's event come from. `traceparent` while it is traced. */
export function metadataOfEvent(event: ChargerEvent, traceparent?: string): StoredMetadata {
  return {
    tenantId: event.tenantId,
    chargerId: event.chargerId,
    correlationId: event.correlationId,
    causationId: event.id,
    connectionEpoch: event.connectionEpoch,
    ocppVersion: event.ocppVersion,
    ocppMessageId: event.ocppMessageId,
    occurredAt: event.occurredAt,
    receivedAt: event.receivedAt,
    schemaVersion: 1,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** Where the facts of an intent come from. `at` is our clock's time, ISO 8601. */
export function metadataOfIntent(intent: Intent, at: string): StoredMetadata {
  return {
    tenantId: intent.tenantId,
    chargerId: intent.chargerId,
    correlationId: intent.correlationId,
    causationId: intent.id,
    connectionEpoch: null,
    ocppVersion: null,
    ocppMessageId: null,
    occurredAt: intent.requestedAt,
    receivedAt: at,
    schemaVersion: 1,
    intentId: intent.id,
  };
}
