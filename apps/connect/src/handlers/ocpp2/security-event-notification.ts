import { receipt } from '../handler';
import { securityEvent } from '../security-event';
import type { Handler2 } from './handler2';

/** 2.0.1 A04.FR.03. */
export const securityEventNotification: Handler2<'SecurityEventNotification'> = (context, message) =>
  receipt({}, securityEvent(context, message));
