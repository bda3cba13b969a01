import { OcppError } from '../errors';
import type { OcppVersion } from '../versions';
import type { Deviation } from './deviation';
import type { PayloadValidator } from './payload-validator';
import { validatorOf, type PayloadKind } from './validators';
import { deviationOf, violationOf, type Violation } from './violation';

/**
 * Strict validation against the schema of the message.
 * @returns every deviation; none when the payload is valid
 * @throws OcppError NotImplemented when the version has no such message
 */
export function validate(version: OcppVersion, action: string, kind: PayloadKind, payload: unknown): Deviation[] {
  const validator = validatorOf(version, action, kind);
  if (!validator) throw noSuchMessage(version, action, kind);
  return violations(validator, payload).map((violation) => deviationOf(violation, 'none'));
}

/** An integer that came as BigInt, because no double holds it, is an integer all the same. */
export function violations(validator: PayloadValidator, payload: unknown): Violation[] {
  if (validator(payload)) return [];
  return (validator.errors ?? [])
    .map((error) => violationOf(error, payload))
    .filter(({ error, received }) => !(typeof received === 'bigint' && isNumeric(error.params['type'])));
}

export function noSuchMessage(version: OcppVersion, action: string, kind: PayloadKind): OcppError {
  return new OcppError('NotImplemented', `OCPP ${version} has no ${kind} ${JSON.stringify(action.slice(0, 50))}`);
}

function isNumeric(type: unknown): boolean {
  return type === 'integer' || type === 'number';
}
