import type { OcppMessageEntry } from '@chargestream/contracts';

/** A frame of OCPP that differs from the others by `index`. */
export function frame(chargerId: string, index: number, at = '2026-01-01T00:00:00.000Z'): OcppMessageEntry {
  return {
    tenantId: 'default',
    chargerId,
    connectionId: 'c',
    connectionEpoch: 1,
    ocppVersion: '1.6',
    direction: index % 2 ? 'OUT' : 'IN',
    messageType: 'CALL',
    action: 'Heartbeat',
    messageId: String(index),
    raw: `[2,"${index}","Heartbeat",{}]`,
    at,
    valid: index % 3 !== 0,
    deviations: [],
    commandId: null,
  };
}
