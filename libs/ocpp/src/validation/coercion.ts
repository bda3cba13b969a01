import type { DeviationAction } from './deviation';

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;
/** More digits than any number has; a hostile text is not worth a look. */
const LONGEST_NUMBER = 40;

export interface Coerced {
  readonly value: unknown;
  readonly action: DeviationAction;
}

/**
 * The value as the type the schema asks for, where its meaning is beyond doubt.
 * @param type `string`, `number`, `integer`, `boolean`, `array` or `object`
 * @returns undefined when it cannot be read as that type
 */
export function coerce(value: unknown, type: string): Coerced | undefined {
  switch (type) {
    case 'string':
      return isScalar(value) ? coerced(String(value)) : unwrapped(value, isScalar);
    case 'number':
    case 'integer': {
      const number = toNumber(value, type === 'integer');
      return number === undefined ? unwrapped(value, (item) => typeof item === 'number') : coerced(number);
    }
    case 'boolean': {
      const truth = toBoolean(value);
      return truth === undefined ? undefined : coerced(truth);
    }
    case 'array':
      return value === null ? undefined : { value: [value], action: 'wrapped' };
    case 'object':
      return unwrapped(value, (item) => typeof item === 'object' && item !== null && !Array.isArray(item));
    default:
      return undefined;
  }
}

const coerced = (value: unknown): Coerced => ({ value, action: 'coerced' });

function isScalar(value: unknown): value is string | number | boolean | bigint {
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value);
}

function unwrapped(value: unknown, isWanted: (item: unknown) => boolean): Coerced | undefined {
  return Array.isArray(value) && value.length === 1 && isWanted(value[0])
    ? { value: value[0] as unknown, action: 'unwrapped' }
    : undefined;
}

function toNumber(value: unknown, asInteger: boolean): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') return undefined;
  if (typeof value === 'string' && (value.length > LONGEST_NUMBER || !DECIMAL.test(value.trim()))) return undefined;
  const number = Number(value);
  if (!Number.isFinite(number)) return undefined;
  return asInteger ? Math.round(number) : number;
}

function toBoolean(value: unknown): boolean | undefined {
  const text = isScalar(value) ? String(value).trim().toLowerCase() : '';
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return undefined;
}
