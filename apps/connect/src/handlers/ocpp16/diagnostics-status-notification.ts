import { receipt } from '../handler';
import { logStatus } from '../log-status';
import type { Handler16 } from './handler16';

/** 1.6 §4.4. It does not say of which GetDiagnostics it tells: of the newest. */
export const diagnosticsStatusNotification: Handler16<'DiagnosticsStatusNotification'> = (context, message) =>
  receipt({}, logStatus(context, message, { source: 'DIAGNOSTICS', status: message.payload.status, requestId: null }));
