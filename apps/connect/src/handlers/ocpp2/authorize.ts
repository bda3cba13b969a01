import { eventId } from '@chargestream/contracts';
import { arrivalKey, receipt } from '../handler';
import { authorizationStatus } from './authorization-status';
import type { Handler2 } from './handler2';
import { idTokenInfo } from './id-token-info';

/** 2.0.1 C01.FR.02 and on: decided by the local copy of the tokens. */
export const authorize: Handler2<'Authorize'> = (context, { messageId, payload }) => {
  const { idToken, type } = payload.idToken;
  const info = idTokenInfo(context, payload.idToken);
  const { tenantId, chargerId } = context.connection;
  return receipt(
    { idTokenInfo: info },
    {
      id: eventId('IdTokenPresented', tenantId, chargerId, ...arrivalKey(context, messageId)),
      type: 'IdTokenPresented',
      occurredAt: context.receivedAt,
      data: { idToken, type, status: authorizationStatus(info.status) },
    },
  );
};
