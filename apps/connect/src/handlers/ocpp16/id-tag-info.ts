import { mayRun } from '../concurrency';
import type { HandlerContext } from '../handler';
import type { AuthorizationStatus } from '@chargestream/contracts';

export interface IdTagInfo {
  expiryDate?: string;
  parentIdTag?: string;
  status: 'Accepted' | 'Blocked' | 'Expired' | 'Invalid' | 'ConcurrentTx';
}

/** 1.6 IdToken is at most 20 characters; a longer group would make the whole answer invalid. */
const ID_TAG_MAX = 20;

/** 1.6 §7.8. A charger that is not accepted gets nobody authorised. */
export function idTagInfo(context: HandlerContext, idTag: string): IdTagInfo {
  if (context.registration !== 'ACCEPTED') return { status: 'Invalid' };
  const decision = context.tokens.authorize(context.connection.tenantId, idTag, context.receivedAtMs);
  return {
    ...(decision.cacheExpiresAt === null ? {} : { expiryDate: decision.cacheExpiresAt }),
    ...(decision.groupId !== null && decision.groupId.length <= ID_TAG_MAX ? { parentIdTag: decision.groupId } : {}),
    status: spelled(decision.status),
  };
}

/** 1.6 has no `Unknown`. */
function spelled(status: AuthorizationStatus): IdTagInfo['status'] {
  return status === 'Unknown' ? 'Invalid' : status;
}

/**
 * The answer to a start: 1.6 §7.2 ConcurrentTx, "only relevant for a StartTransaction.req", when the idTag may have one
 * transaction at a time and has another. Remembers the transaction, which may stand in the way of the next.
 */
export function idTagInfoOfStart(
  context: HandlerContext,
  idTag: string,
  { transactionId, connectorId }: { transactionId: number; connectorId: number },
): IdTagInfo {
  const info = idTagInfo(context, idTag);
  if (info.status !== 'Accepted') return info;
  const { tenantId, chargerId } = context.connection;
  const transaction = {
    tenantId,
    chargerId,
    idToken: idTag,
    transactionId: String(transactionId),
    evseId: connectorId,
  };
  return mayRun(context, transaction) ? info : { ...info, status: 'ConcurrentTx' };
}
