import { eventId, transactionIdOf } from '@chargestream/contracts';
import { redact } from '@chargestream/redaction';
import { receipt, type Handled, type HandlerContext, type InboundMessage } from './handler';

type Answer = (message: InboundMessage<unknown>) => object;

/** What is answered to transaction messages that say nothing: valid, and promising nothing. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  StartTransaction: ({ hash }) => ({ transactionId: transactionIdOf(hash()), idTagInfo: { status: 'Invalid' } }),
  StopTransaction: () => ({}),
  MeterValues: () => ({}),
  TransactionEvent: () => ({}),
};

/**
 * Never CALLERROR a transaction message for its shape: the charger would repeat it a few times and then throw it away (1.6 §3.7.1,
 * 2.0.1 E13). It is kept as it came, for whoever reconciles.
 * @returns null for any other message
 */
export function unreadableTransaction(
  action: string,
  context: HandlerContext,
  message: InboundMessage<unknown>,
  problem: string,
): Handled | null {
  const answer = Object.hasOwn(ANSWERS, action) ? ANSWERS[action] : undefined;
  if (!answer) return null;
  const { tenantId, chargerId } = context.connection;
  const payloadHash = message.hash();
  const payload = redact(message.payload);
  return receipt(answer(message), {
    id: eventId('UnreadableTransactionReported', tenantId, chargerId, action, payloadHash),
    type: 'UnreadableTransactionReported',
    occurredAt: context.receivedAt,
    data: { action, payload, problem, payloadHash },
  });
}
