import { redactText } from '@chargestream/redaction';
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
      // Some chargers tell here what they were configured with.
      info: textOf(payload.info),
      vendorId: payload.vendorId ?? null,
      vendorErrorCode: textOf(payload.vendorErrorCode),
    }),
  );
};

function textOf(text: string | undefined): string | null {
  return text === undefined ? null : redactText(text);
}
