import { eventId } from '@chargestream/contracts';
import { redact } from '@chargestream/redaction';
import { arrivalKey, type EventDraft, type HandlerContext, type InboundMessage } from './handler';
import { answerVendor, type VendorAnswer } from './vendors';

interface DataTransferPayload {
  vendorId: string;
  messageId?: string;
  data?: unknown;
}

/** Asks the vendor's handler, and records what came and what was answered. */
export function transferData(
  context: HandlerContext,
  message: InboundMessage<DataTransferPayload>,
): { answer: VendorAnswer; event: EventDraft } {
  const { vendorId, messageId = null, data = null } = message.payload;
  const { connection } = context;
  const answer = answerVendor(context.vendors, connection, vendorId, { messageId, data });
  const id = eventId(
    'DataTransferReceived',
    connection.tenantId,
    connection.chargerId,
    ...arrivalKey(context, message.messageId),
  );
  const event: EventDraft = {
    id,
    type: 'DataTransferReceived',
    occurredAt: context.receivedAt,
    // The vendor's handler saw it whole; what is kept for ever holds no secrets.
    data: { vendorId, messageId, data: redact(data), status: answer.status },
  };
  return { answer, event };
}
