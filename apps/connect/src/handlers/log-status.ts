import { eventId, type LogStatusReported } from '@chargestream/contracts';
import { arrivalKey, type EventDraft, type HandlerContext, type InboundMessage } from './handler';

/** The message carries no time of its own: it happened when it came. */
export function logStatus(
  context: HandlerContext,
  { messageId }: InboundMessage<unknown>,
  data: LogStatusReported,
): EventDraft {
  const { tenantId, chargerId } = context.connection;
  const id = eventId('LogStatusReported', tenantId, chargerId, ...arrivalKey(context, messageId));
  return { id, type: 'LogStatusReported', occurredAt: context.receivedAt, data };
}
