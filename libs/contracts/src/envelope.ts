/** The versions of OCPP a charger may speak; the same strings as the codec's. */
export type ProtocolVersion = '1.6' | '2.0.1' | '2.1';

/**
 * What surrounds every domain event that connect puts on the bus. A charger's clock (`occurredAt`) and ours
 * (`receivedAt`) never share a field.
 */
export interface Envelope<Type extends string, Data> {
  /** UUIDv5 of the natural key, so the same fact has the same id on any node and after any retry. */
  id: string;
  type: Type;
  schemaVersion: 1;
  /** Whom the charger belongs to; `default` for chargers that connect without naming a tenant. */
  tenantId: string;
  /** Last part of the address that the charger connects to. */
  chargerId: string;
  /** What this belongs to across services: the commandId for a command's outcome, else the id of the first event. */
  correlationId: string;
  /** Id of the event or intent that led to this one; null when nothing of ours did. */
  causationId: string | null;
  /** Offset of the connection's ConnectionOpened record; null where no connection is involved. */
  connectionEpoch: number | null;
  /** Null where no connection is involved. */
  ocppVersion: ProtocolVersion | null;
  /** messageId of the CALL that carried it; null when none did. No dedupe key: retries may reuse it or not. */
  ocppMessageId: string | null;
  /** ISO 8601 UTC by the charger's clock; our receipt time where the message carries none. */
  occurredAt: string;
  /** ISO 8601 UTC by our clock. */
  receivedAt: string;
  data: Data;
}

/** Tenant of chargers that connect at `/ocpp/{chargerId}`. */
export const DEFAULT_TENANT = 'default';
