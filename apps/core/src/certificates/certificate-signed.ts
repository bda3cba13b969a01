import { eventId, type ChargerCommand, type Intent, type StoredMetadata } from '@chargestream/contracts';

/** A charger that is away for longer asks anew: its request is of no use to it any more. */
const HELD_FOR_MS = 7 * 24 * 60 * 60 * 1000;

/** Of the command that carries the certificate; the same for the same renewal, however often it is made. */
export function certificateCommandId(operationId: string): string {
  return eventId('certificate-signed', operationId);
}

/** CertificateSigned to the charger (1.6 whitepaper A02, 2.x A02), once it is there. */
export function certificateSigned(
  { operationId, chainPem, detail }: { operationId: string; chainPem: string; detail: Record<string, unknown> },
  { tenantId, chargerId, correlationId, ocppVersion, receivedAt }: StoredMetadata,
): Extract<Intent, { type: 'SendCommand' }> {
  return {
    id: certificateCommandId(operationId),
    type: 'SendCommand',
    schemaVersion: 1,
    ...{ tenantId, chargerId, correlationId, requestedAt: receivedAt, requestedBy: 'core' },
    data: {
      command: commandOf(chainPem, detail, ocppVersion),
      expiresAt: new Date(Date.parse(receivedAt) + HELD_FOR_MS).toISOString(),
      holdUntilOnline: true,
    },
  };
}

function commandOf(
  certificateChain: string,
  { certificateType, requestId }: Record<string, unknown>,
  ocppVersion: StoredMetadata['ocppVersion'],
): ChargerCommand {
  const payload = {
    certificateChain,
    // 2.0.1 A02.FR.16: of what type it is, where the charger told.
    ...(ocppVersion !== '1.6' && typeof certificateType === 'string' ? { certificateType } : {}),
    ...(ocppVersion === '2.1' && typeof requestId === 'number' ? { requestId } : {}),
  };
  return { kind: 'CALL_CHARGER', action: 'CertificateSigned', payload };
}
