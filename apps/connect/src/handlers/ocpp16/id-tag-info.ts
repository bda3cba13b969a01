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
