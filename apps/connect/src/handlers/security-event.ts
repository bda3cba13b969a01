import { eventId } from '@chargestream/contracts';
import { redactText } from '@chargestream/redaction';
import { utc } from '../translation/timestamps';
import type { EventDraft, HandlerContext, InboundMessage } from './handler';

interface SecurityEventPayload {
  type: string;
  timestamp: string;
  techInfo?: string;
}

/** Queued by the charger until it is delivered (whitepaper A04.FR.02), so repeats have the same content and the same id. */
export function securityEvent(context: HandlerContext, message: InboundMessage<SecurityEventPayload>): EventDraft {
  const { type, timestamp, techInfo } = message.payload;
  const { tenantId, chargerId } = context.connection;
  const reportedAt = utc(timestamp);
  return {
    id: eventId('SecurityEventReported', tenantId, chargerId, message.hash()),
    type: 'SecurityEventReported',
    occurredAt: reportedAt ?? context.receivedAt,
    data: { type, techInfo: techInfo === undefined ? null : redactText(techInfo), reportedAt },
  };
}
