import { eventId, type VendorAnswer } from '@chargestream/contracts';
import { redact } from '@chargestream/redaction';
import { arrivalKey, type EventDraft, type HandlerContext, type InboundMessage } from './handler';

interface DataTransferPayload {
  vendorId: string;
  messageId?: string;
  data?: unknown;
}

interface Transferred {
  answer: VendorAnswer;
  event: EventDraft;
}

/** Asks the vendor's handler, and records what came and what was answered. */
export function transferData(
  context: HandlerContext,
  message: InboundMessage<DataTransferPayload>,
): Transferred | Promise<Transferred> {
  const { connection, registration, receivedAt } = context;
  const { tenantId, chargerId, version } = connection;
  const { vendorId, messageId = null, data = null } = message.payload;
  const id = eventId('DataTransferReceived', tenantId, chargerId, ...arrivalKey(context, message.messageId));
  const transferred = (answer: VendorAnswer): Transferred => {
    // The vendor's handler saw it whole; what is kept for ever holds no secrets.
    const told = { vendorId, messageId, data: redact(data), status: answer.status };
    return { answer, event: { id, type: 'DataTransferReceived', occurredAt: receivedAt, data: told } };
  };
  const answer = context.vendors.answer({
    ...{ tenantId, chargerId, ocppVersion: version, registration, receivedAt, vendorId, messageId },
    // A handler may do with its copy what it likes.
    data: structuredClone(data),
  });
  return answer instanceof Promise ? answer.then(transferred) : transferred(answer);
}
