import type { OcppMessageEntry } from '@chargestream/contracts';
import type { FrameInfo } from '@chargestream/ocpp';
import { redactFrame } from '@chargestream/redaction';
import type { LiveConnection } from './live-connection';

/** One frame for the message log, without its secrets. Which session a CALL is about shows when it is handled. */
export function logEntryOf(connection: LiveConnection, frame: FrameInfo, nowMs: number): OcppMessageEntry {
  const { tenantId, chargerId, connectionId, epoch, version } = connection.identity;
  const { direction, type, action, messageId, raw, valid, deviations } = frame;
  const entry: OcppMessageEntry = {
    tenantId,
    chargerId,
    connectionId,
    connectionEpoch: epoch,
    ocppVersion: version,
    direction,
    messageType: type,
    action,
    messageId,
    raw: connection.secrets.hideIn(redactFrame(raw)),
    at: new Date(nowMs).toISOString(),
    valid,
    deviations: deviations.map((deviation) => ({
      path: deviation.path,
      rule: deviation.rule,
      action: deviation.action,
    })),
    commandId: messageId === null ? null : connection.commandOf(messageId),
    sessionId: direction === 'OUT' && type !== 'CALL' ? connection.memory.sessionOfCall(messageId) : null,
  };
  if (direction === 'IN' && (type === 'CALL' || type === 'SEND')) connection.memory.callArrived(entry);
  return entry;
}
