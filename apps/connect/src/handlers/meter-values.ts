import { eventId, type MeterSample } from '@chargestream/contracts';
import type { EventDraft, HandlerContext } from './handler';

export interface MeterReading {
  evseId: number;
  connectorId: number | null;
  transactionId: string | null;
  samples: MeterSample[];
  payloadHash: string;
}

/** Natural key: connector, transaction, time and content. */
export function meterValues(context: HandlerContext, reading: MeterReading): EventDraft {
  const { tenantId, chargerId } = context.connection;
  const occurredAt = reading.samples[0]?.timestamp ?? context.receivedAt;
  const { evseId, transactionId, payloadHash } = reading;
  const at = reading.samples[0]?.timestamp ?? null;
  const id = eventId('MeterValuesReported', tenantId, chargerId, evseId, transactionId, at, payloadHash);
  return { id, type: 'MeterValuesReported', occurredAt, data: reading };
}
