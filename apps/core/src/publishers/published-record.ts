import { eventId, toBusRecord, type Envelope, type StoredMetadata } from '@chargestream/contracts';
import type { BusRecord } from '@chargestream/event-bus';
import type { StoredEvent } from '@chargestream/event-store';

/**
 * A public event made of a stored one. Its id follows from the publisher's name and the stored event, of which there is one
 * record at most on each topic.
 */
export function publishedRecord<Type extends string, Data>(
  publisher: string,
  to: { topic: string; key: string },
  stored: StoredEvent,
  type: Type,
  data: Data,
): BusRecord {
  const metadata = stored.metadata as unknown as StoredMetadata;
  const envelope: Envelope<Type, Data> = {
    id: eventId(publisher, stored.id),
    type,
    schemaVersion: 1,
    tenantId: metadata.tenantId,
    chargerId: metadata.chargerId,
    correlationId: metadata.correlationId,
    causationId: metadata.causationId,
    connectionEpoch: metadata.connectionEpoch,
    ocppVersion: metadata.ocppVersion,
    ocppMessageId: metadata.ocppMessageId,
    occurredAt: metadata.occurredAt,
    receivedAt: metadata.receivedAt,
    data,
  };
  const record = toBusRecord(to.topic, to.key, { id: envelope.id, type, source: '/core' }, envelope);
  const { traceparent } = metadata;
  return traceparent === undefined ? record : { ...record, headers: { ...record.headers, traceparent } };
}
