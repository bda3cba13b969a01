import { OcppError } from '../errors';
import { NestingError } from '../framing/safe-json';
import type { OcppVersion } from '../versions';
import type { Deviation } from './deviation';
import { hasUnsafeTransactionId, type Subject } from './message-rules';
import type { PayloadValidator } from './payload-validator';
import { repair } from './repair';
import { noSuchMessage, violations } from './validate';
import { validatorOf, type PayloadKind } from './validators';
import { deviationOf, errorOf } from './violation';

/** `strict`: as the schema says, or an error. `lenient`: repaired where that can be done; the deviations tell how. */
export type ValidationMode = 'strict' | 'lenient';

export type Accepted =
  | { readonly ok: true; readonly payload: unknown; readonly deviations: readonly Deviation[] }
  | { readonly ok: false; readonly error: OcppError; readonly deviations: readonly Deviation[] };

const NONE: readonly Deviation[] = Object.freeze([]);

/**
 * Judges the payload of a message somebody else sent. A valid payload is handed on itself, not a copy; the input is never changed.
 * Never throws, whatever it is given. An error has a canonical code, fit for a CALLERROR.
 */
export function accept(
  version: OcppVersion,
  action: string,
  kind: PayloadKind,
  payload: unknown,
  mode: ValidationMode,
): Accepted {
  const validator = validatorOf(version, action, kind);
  if (!validator) return { ok: false, error: noSuchMessage(version, action, kind), deviations: NONE };
  if (mode === 'strict') return strictly(validator, payload);
  const subject: Subject = { version, action, kind };
  if (validator(payload) && !hasUnsafeTransactionId(subject, payload)) return { ok: true, payload, deviations: NONE };
  try {
    if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) return strictly(validator, payload);
    return repair(subject, validator, payload);
  } catch (error) {
    if (!(error instanceof NestingError)) throw error;
    return { ok: false, error: new OcppError('FormatViolation', `the payload is ${error.message}`), deviations: NONE };
  }
}

function strictly(validator: PayloadValidator, payload: unknown): Accepted {
  const [first, ...others] = violations(validator, payload);
  if (!first) return { ok: true, payload, deviations: NONE };
  const deviations = [first, ...others].map((violation) => deviationOf(violation, 'none'));
  return { ok: false, error: errorOf(first), deviations };
}
