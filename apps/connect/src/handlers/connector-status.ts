import { eventId, type ConnectorStatusReported } from '@chargestream/contracts';
import { isImplausible, utc } from '../translation/timestamps';
import { arrivalKey, type EventDraft, type HandlerContext, type InboundMessage } from './handler';

/**
 * A status has the natural key of its connector, timestamp and content. Within one second a connector may go there and back again
 * (Available, Preparing, Available), so what came before it is part of the key; a repeat straight after is the same event.
 */
export function connectorStatus(
  context: HandlerContext,
  message: InboundMessage<{ timestamp?: string }>,
  status: Omit<ConnectorStatusReported, 'reportedAt'>,
): EventDraft {
  const reportedAt = utc(message.payload.timestamp);
  return {
    id: idOf(context, message, status, reportedAt),
    type: 'ConnectorStatusReported',
    occurredAt: reportedAt ?? context.receivedAt,
    data: { ...status, reportedAt },
  };
}

function idOf(
  context: HandlerContext,
  message: InboundMessage<unknown>,
  { evseId, connectorId }: { evseId: number; connectorId: number },
  reportedAt: string | null,
): string {
  const { tenantId, chargerId } = context.connection;
  const kind = ['ConnectorStatusReported', tenantId, chargerId, evseId, connectorId] as const;
  if (reportedAt === null || isImplausible(reportedAt, context.receivedAtMs, context.clockTolerance)) {
    return eventId(...kind, ...arrivalKey(context, message.messageId));
  }
  const slot = evseId * 1000 + connectorId;
  const hash = message.hash();
  const last = context.memory.lastStatusOf(slot);
  if (last?.hash === hash) return last.id;
  const id = eventId(...kind, reportedAt, hash, last?.hash ?? null);
  context.memory.statusReported(slot, { hash, id });
  return id;
}
