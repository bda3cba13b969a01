import { OcppError, type OcppErrorCode } from '../errors';
import { deviation, type Deviation, type DeviationAction } from './deviation';
import { child, pointerTo, valueAt } from './json-pointer';
import type { SchemaError } from './payload-validator';

/** A schema error, and the value it is about: for `required` and `additionalProperties` that is the property, not its object. */
export interface Violation {
  readonly error: SchemaError;
  readonly path: string;
  readonly received: unknown;
}

export function violationOf(error: SchemaError, payload: unknown): Violation {
  const around = valueAt(payload, error.instancePath);
  const property = error.params['missingProperty'] ?? error.params['additionalProperty'];
  if (typeof property !== 'string') return { error, path: error.instancePath, received: around };
  return { error, path: pointerTo(error.instancePath, property), received: child(around, property) };
}

export function deviationOf({ error, path, received }: Violation, action: DeviationAction): Deviation {
  return deviation(path, error.keyword, received, action);
}

/** The CALLERROR a violation deserves, saying where, what is due and what was received. */
export function errorOf(violation: Violation): OcppError {
  const { error, path } = violation;
  const { received } = deviationOf(violation, 'none');
  const where = path === '' ? 'the payload' : path;
  const what = received === undefined ? '' : `, received ${received}`;
  return new OcppError(codeOf(violation), `${where} ${expectation(error)}${what}`, { path, rule: error.keyword });
}

function codeOf({ error, path }: Violation): OcppErrorCode {
  switch (error.keyword) {
    case 'type':
      return path === '' ? 'FormatViolation' : 'TypeConstraintViolation';
    case 'required':
    case 'additionalProperties':
    case 'minItems':
    case 'maxItems':
      return 'OccurrenceConstraintViolation';
    default:
      return 'PropertyConstraintViolation';
  }
}

function expectation({ keyword, params }: SchemaError): string {
  const limit = String(params['limit']);
  switch (keyword) {
    case 'type':
      return `must be of type ${String(params['type'])}`;
    case 'required':
      return 'is required';
    case 'additionalProperties':
      return 'is not a property of this message';
    case 'enum':
      return `must be one of ${shortList(params['allowedValues'])}`;
    case 'format':
      return `must have the format ${String(params['format'])}`;
    case 'multipleOf':
      return `must be a multiple of ${String(params['multipleOf'])}`;
    case 'maxLength':
      return `must not be longer than ${limit} characters`;
    case 'minimum':
      return `must not be less than ${limit}`;
    case 'maximum':
      return `must not be greater than ${limit}`;
    case 'minItems':
      return `must have at least ${limit} item(s)`;
    case 'maxItems':
      return `must have at most ${limit} item(s)`;
    default:
      return `violates ${keyword}`;
  }
}

function shortList(values: unknown): string {
  const list = Array.isArray(values) ? values.map(String) : [];
  return list.length > 6 ? `${list.slice(0, 6).join(', ')}, …` : list.join(', ');
}
