import { connectorStatus } from '../connector-status';
import { receipt } from '../handler';
import type { Handler2 } from './handler2';

/** 2.0.1 G01. */
export const statusNotification: Handler2<'StatusNotification'> = (context, message) => {
  const { evseId, connectorId, connectorStatus: status } = message.payload;
  return receipt(
    {},
    connectorStatus(context, message, {
      evseId,
      connectorId,
      status,
      errorCode: null,
      info: null,
      vendorId: null,
      vendorErrorCode: null,
    }),
  );
};
