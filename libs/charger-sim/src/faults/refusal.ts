import { OcppError, validate, type CallOutcome } from '@chargestream/ocpp';
import type { OcppVersionName } from '../journal';
import type { Fault } from './fault';

/** Mildest words first; each message allows one or none of them. */
const REFUSALS = ['Rejected', 'Failed', 'UnlockFailed', 'Unknown', 'NotFound'] as const;

/** How a charger says no to this command. */
export function refusalOf(
  version: OcppVersionName,
  action: string,
  code: Extract<Fault, { kind: 'refuse' }>['code'],
): CallOutcome {
  if (code === undefined) {
    for (const status of REFUSALS) {
      if (validate(version, action, 'response', { status }).length === 0)
        return { kind: 'result', payload: { status } };
    }
  }
  return { kind: 'error', error: new OcppError(code ?? 'InternalError', `${action} is refused by order`) };
}
