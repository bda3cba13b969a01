import { receipt } from '../handler';
import { logStatus } from '../log-status';
import type { Handler16 } from './handler16';

/** Whitepaper N01. The requestId may be missing when the message was triggered and no upload is going on (N01.FR.12). */
export const logStatusNotification: Handler16<'LogStatusNotification'> = (context, message) => {
  const { status, requestId = null } = message.payload;
  return receipt({}, logStatus(context, message, { source: 'LOG', status, requestId }));
};
