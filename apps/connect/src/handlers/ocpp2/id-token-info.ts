import type { ResponseOf } from '@chargestream/ocpp';
import type { HandlerContext } from '../handler';

export type IdTokenInfo = ResponseOf<'2.0.1', 'Authorize'>['idTokenInfo'];
type IdTokenType = NonNullable<IdTokenInfo['groupIdToken']>['type'];

/** 2.0.1 C01, C02. A charger that is not accepted gets nobody authorised. */
export function idTokenInfo(context: HandlerContext, token: { idToken: string; type: string }): IdTokenInfo {
  if (context.registration !== 'ACCEPTED') return { status: 'Invalid' };
  // 2.0.1 C02.FR.01: a start button presents no one; there is nothing to look up.
  if (token.type === 'NoAuthorization') return { status: 'Accepted' };
  const decision = context.tokens.authorize(context.connection.tenantId, token.idToken, context.receivedAtMs);
  return {
    status: decision.status,
    ...(decision.cacheExpiresAt === null ? {} : { cacheExpiryDateTime: decision.cacheExpiresAt }),
    ...(decision.groupId === null
      ? {}
      : { groupIdToken: { idToken: decision.groupId, type: (decision.type ?? 'Central') as IdTokenType } }),
  };
}
