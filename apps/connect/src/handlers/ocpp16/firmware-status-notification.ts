import { firmwareStatus } from '../firmware-status';
import { receipt } from '../handler';
import type { Handler16 } from './handler16';

/** 1.6 §4.5. It does not say of which UpdateFirmware it tells: of the newest. */
export const firmwareStatusNotification: Handler16<'FirmwareStatusNotification'> = (context, message) =>
  receipt({}, firmwareStatus(context, message, { status: message.payload.status, requestId: null }));
