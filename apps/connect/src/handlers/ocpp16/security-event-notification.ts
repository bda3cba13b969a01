import { receipt } from '../handler';
import { securityEvent } from '../security-event';
import type { Handler16 } from './handler16';

/** Whitepaper A04. */
export const securityEventNotification: Handler16<'SecurityEventNotification'> = (context, message) =>
  receipt({}, securityEvent(context, message));
