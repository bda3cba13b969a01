import { connectorStatus } from '../connector-status';
import { receipt } from '../handler';
import type { Handler16 } from './handler16';

/** 1.6 §4.9. The connector of 1.6 is the EVSE of the vocabulary; connector 0 is the charger itself. */
export const statusNotification: Handler16<'StatusNotification'> = (context, message) => {
  const { payload } = message;
  return receipt(
    {},
    connectorStatus(context, message, {
      evseId: payload.connectorId,
      connectorId: payload.connectorId === 0 ? 0 : 1,
      status: payload.status,
      errorCode: payload.errorCode,
      info: payload.info ?? null,
      vendorId: payload.vendorId ?? null,
      vendorErrorCode: payload.vendorErrorCode ?? null,
    }),
  );
};
