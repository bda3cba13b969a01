import { receipt } from '../handler';
import { logStatus } from '../log-status';
import type { Handler2 } from './handler2';

/** 2.0.1 N01.FR.13: the requestId may be missing when the message was triggered and no upload is going on. */
export const logStatusNotification: Handler2<'LogStatusNotification'> = (context, message) => {
  const { status, requestId = null } = message.payload;
  return receipt({}, logStatus(context, message, { source: 'LOG', status, requestId }));
};
