import { eventId, type FirmwareStatusReported } from '@chargestream/contracts';
import { arrivalKey, type EventDraft, type HandlerContext, type InboundMessage } from './handler';

/** The message carries no time of its own: it happened when it came. */
export function firmwareStatus(
  context: HandlerContext,
  { messageId }: InboundMessage<unknown>,
  data: FirmwareStatusReported,
): EventDraft {
  const { tenantId, chargerId } = context.connection;
  const id = eventId('FirmwareStatusReported', tenantId, chargerId, ...arrivalKey(context, messageId));
  return { id, type: 'FirmwareStatusReported', occurredAt: context.receivedAt, data };
}
