import type { TokenTransaction } from '../tables/active-tokens';
import type { HandlerContext } from './handler';

/**
 * Whether a starting transaction, whose token is accepted, is not one too many for it. One that may run is remembered as the
 * token's own; its retransmission is no rival of itself.
 */
export function mayRun(context: HandlerContext, transaction: TokenTransaction): boolean {
  const { tokens, activeTokens, receivedAtMs } = context;
  const { concurrency } = tokens.authorize(transaction.tenantId, transaction.idToken, receivedAtMs);
  if (concurrency === 'DENY' && activeTokens.hasAnother(transaction, receivedAtMs)) return false;
  activeTokens.started(transaction, receivedAtMs);
  return true;
}
