import {
  commandStream,
  eventId,
  sessionStream,
  type ChargerEventOf,
  type Intent,
  type StoredMetadata,
} from '@chargestream/contracts';
import { chargerDecider, commandDecider, resolveTransactionId, sessionDecider } from '@chargestream/domain';
import type { UnitOfWork } from '../aggregates/unit-of-work';

type TransactionReport = ChargerEventOf<'TransactionReported'>;

/** Long enough for a charger to come back and be asked; deterministic, so that redelivery asks the same question. */
const ASK_FOR_MS = 60 * 60 * 1000;
const ASKED_BY = 'core';

/**
 * A gap in the sequence of a 2.x transaction: asks the charger whether it still has something queued of it
 * (2.0.1 E14 GetTransactionStatus). Once for each session.
 */
export async function askTransactionStatus(
  unit: UnitOfWork,
  sessionId: string,
  { data, tenantId, chargerId, receivedAt }: TransactionReport,
  metadata: StoredMetadata,
): Promise<void> {
  const id = eventId('ask-transaction-status', sessionId);
  const receivedMs = Date.parse(receivedAt);
  if (Number.isNaN(receivedMs)) return;
  const intent: Extract<Intent, { type: 'SendCommand' }> = {
    id,
    type: 'SendCommand',
    schemaVersion: 1,
    tenantId,
    chargerId,
    requestedAt: receivedAt,
    requestedBy: ASKED_BY,
    correlationId: metadata.correlationId,
    data: {
      command: { kind: 'CALL_CHARGER', action: 'GetTransactionStatus', payload: { transactionId: data.transactionId } },
      expiresAt: new Date(receivedMs + ASK_FOR_MS).toISOString(),
      holdUntilOnline: true,
    },
  };
  await unit.decide(commandDecider, commandStream(id), { kind: 'request', intent }, metadata);
}

/** The answer: a transaction that neither runs nor has messages queued ends here, incomplete. */
export async function settleByStatus(
  unit: UnitOfWork,
  charger: string,
  event: ChargerEventOf<'CommandFinished'>,
  metadata: StoredMetadata,
): Promise<void> {
  if (event.data.ocppAction !== 'GetTransactionStatus') return;
  const command = await unit.state(commandDecider, commandStream(event.data.commandId));
  if (command.status !== 'finished' || command.request?.requestedBy !== ASKED_BY) return;
  const asked = command.request.command;
  const answer = event.data.response as { ongoingIndicator?: unknown; messagesInQueue?: unknown } | null;
  // 2.0.1 E14.FR.01, FR.03, FR.05: unknown or stopped, and nothing to be delivered.
  if (asked.kind !== 'CALL_CHARGER' || answer?.ongoingIndicator !== false || answer.messagesInQueue !== false) return;
  const { book } = await unit.state(chargerDecider, charger);
  const sessionId = resolveTransactionId(book, String(asked.payload.transactionId), event.occurredAt);
  if (sessionId === null) return;
  await unit.decide(sessionDecider, sessionStream(sessionId), { kind: 'endByStatus', cause: event }, metadata);
}
