import { firmwareStatus } from '../firmware-status';
import { receipt } from '../handler';
import type { Handler2 } from './handler2';

/** 2.0.1 L01.FR.20: the requestId may be missing where the status is Idle. */
export const firmwareStatusNotification: Handler2<'FirmwareStatusNotification'> = (context, message) => {
  const { status, requestId = null } = message.payload;
  return receipt({}, firmwareStatus(context, message, { status, requestId }));
};
