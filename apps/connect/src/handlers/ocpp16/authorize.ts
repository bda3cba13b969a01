import { eventId } from '@chargestream/contracts';
import { arrivalKey, receipt } from '../handler';
import type { Handler16 } from './handler16';
import { idTagInfo } from './id-tag-info';

/** 1.6 §4.1: decided by the local copy of the tokens. */
export const authorize: Handler16<'Authorize'> = (context, { messageId, payload }) => {
  const info = idTagInfo(context, payload.idTag);
  const { tenantId, chargerId } = context.connection;
  return receipt(
    { idTagInfo: info },
    {
      id: eventId('IdTokenPresented', tenantId, chargerId, ...arrivalKey(context, messageId)),
      type: 'IdTokenPresented',
      occurredAt: context.receivedAt,
      data: { idToken: payload.idTag, type: null, status: info.status },
    },
  );
};
