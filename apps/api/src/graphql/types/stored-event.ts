import { ObjectType } from '@nestjs/graphql';
import { redact } from '@chargestream/redaction';
import type { StoredMetadata } from '@chargestream/contracts';
import type { StoredEvent } from '@chargestream/event-store';
import { IdField, IntField, JsonField, OptionalText, TextField, TimeField } from '../fields';
import { connectionOf } from './page';

@ObjectType('StoredEvent', { description: 'One event of the event log: what the read model is made of.' })
export class StoredEventType {
  @IdField('UUID, the same after any retry.')
  id!: string;

  @TextField('What happened, e.g. `SessionStarted`.')
  type!: string;

  @TextField('Stream it belongs to.')
  stream!: string;

  @IntField('Its number in the stream, from 0.')
  revision!: number;

  @JsonField('What it says. Password hashes are hidden.')
  data!: unknown;

  @TimeField("When it happened, by the charger's clock where it told, else ours.")
  occurredAt!: string;

  @TimeField('When we received it, by our clock.')
  receivedAt!: string;

  @TextField('What it belongs to across services.')
  correlationId!: string;

  @TextField('Id of the message or intent that caused it.')
  causationId!: string;

  @OptionalText('messageId of the OCPP CALL that carried it.')
  ocppMessageId!: string | null;
}

export function toStoredEvent(event: StoredEvent): StoredEventType {
  const metadata = event.metadata as unknown as StoredMetadata;
  return {
    id: event.id,
    type: event.type,
    stream: event.stream,
    revision: event.revision,
    data: redact(event.data),
    occurredAt: metadata.occurredAt,
    receivedAt: metadata.receivedAt,
    correlationId: metadata.correlationId,
    causationId: metadata.causationId,
    ocppMessageId: metadata.ocppMessageId,
  };
}

export const StoredEventConnection = connectionOf(StoredEventType, 'StoredEvent');
