import { STREAM_PREFIXES } from '@chargestream/contracts';
import type { CommandRow } from '../schema';
import { flag, idOfStream, type EventOf, type Projection } from './projection';

export const commands: Projection<'commands'> = {
  table: 'commands',
  canHandle: ['CommandRequested', 'CommandDispatched', 'CommandSent', 'CommandFinished'],
  keys: ({ stream }) => [idOfStream(stream, STREAM_PREFIXES.command)],
  evolve(row, event, key) {
    if (event.type === 'CommandRequested') return requested(event, key);
    if (row === null) return null;
    switch (event.type) {
      case 'CommandDispatched':
        return { ...row, instance_id: event.data.instanceId };
      case 'CommandSent': {
        const { ocppAction, payload, sentAt } = event.data;
        // Its outcome may have come first; a finished command stays finished.
        const state = row.finished_at === null ? ('SENT' as const) : row.state;
        return { ...row, ocpp_action: ocppAction, payload: json(payload), sent_at: sentAt, state };
      }
      case 'CommandFinished': {
        const { outcome, ocppAction, response, error, finishedAt } = event.data;
        return {
          ...row,
          state: outcome,
          ocpp_action: ocppAction ?? row.ocpp_action,
          response: json(response),
          error_code: error?.code ?? null,
          error_message: error?.message ?? null,
          finished_at: finishedAt,
        };
      }
      default:
        return row;
    }
  },
  changed: (_event, key) => ({ entity: 'command', id: key }),
};

function requested({ data, metadata }: EventOf<'CommandRequested'>, key: string): CommandRow {
  return {
    key,
    tenant_id: metadata.tenantId,
    charger_id: metadata.chargerId,
    kind: data.command.kind,
    request: JSON.stringify(data.command),
    ocpp_action: null,
    payload: null,
    state: 'REQUESTED',
    response: null,
    error_code: null,
    error_message: null,
    requested_at: data.requestedAt,
    requested_by: data.requestedBy,
    sent_at: null,
    finished_at: null,
    expires_at: data.expiresAt,
    hold_until_online: flag(data.holdUntilOnline),
    instance_id: null,
  };
}

function json(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
