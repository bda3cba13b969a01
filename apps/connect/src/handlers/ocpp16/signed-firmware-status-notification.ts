import { firmwareStatus } from '../firmware-status';
import { receipt } from '../handler';
import type { Handler16 } from './handler16';

/** Whitepaper L01. The requestId may be missing when the message was triggered and no update is going on. */
export const signedFirmwareStatusNotification: Handler16<'SignedFirmwareStatusNotification'> = (context, message) => {
  const { status, requestId = null } = message.payload;
  return receipt({}, firmwareStatus(context, message, { status, requestId }));
};
