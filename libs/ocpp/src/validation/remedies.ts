import { coerce } from './coercion';
import type { DeviationAction } from './deviation';
import { isAddedByErrata, meantValue } from './enum-values';
import { fillerFor, isTransactionMessage, longestKept, mustBeKnown, otherValue, type Subject } from './message-rules';
import { asRfc3339 } from './timestamps';
import type { Violation } from './violation';

/** What lenient validation does about one violation. */
export type Remedy =
  | { readonly do: 'set'; readonly value: unknown; readonly action: DeviationAction; readonly rule?: string }
  /** Hand the value on as received, and say so. */
  | { readonly do: 'keep' }
  /** Hand the value on: it is right, and the schema is not. */
  | { readonly do: 'accept' }
  /** Leave the property out; if it is required, then the object around it, and so on. */
  | { readonly do: 'drop' };

const DROP: Remedy = { do: 'drop' };
const KEEP: Remedy = { do: 'keep' };

export function remedyFor(subject: Subject, violation: Violation): Remedy {
  const { error, path, received } = violation;
  switch (error.keyword) {
    case 'additionalProperties':
      return DROP;
    case 'required': {
      const filler = fillerFor(subject, path, propertyOf(path));
      return filler ? { do: 'set', value: filler.value, action: 'filled' } : DROP;
    }
    case 'type':
      return remedyForType(violation);
    case 'enum':
      return remedyForEnum(subject, violation);
    case 'format':
      return remedyForFormat(subject, violation);
    case 'maxLength':
      return remedyForLength(subject, violation);
    case 'multipleOf': {
      const step = Number(error.params['multipleOf']);
      const value = Number((Math.round(Number(received) / step) * step).toFixed(6));
      return Number.isFinite(value) ? { do: 'set', value, action: 'coerced' } : DROP;
    }
    case 'minItems':
      return isTransactionMessage(subject) ? KEEP : DROP;
    case 'minimum':
    case 'maximum':
    case 'maxItems':
      return KEEP;
    default:
      return DROP;
  }
}

function remedyForType({ error, path, received }: Violation): Remedy {
  if (typeof received === 'bigint') {
    if (path === '/transactionId') return DROP;
    if (error.params['type'] !== 'string')
      return { do: 'set', value: Number(received), action: 'coerced', rule: 'safeInteger' };
  }
  const coerced = coerce(received, String(error.params['type']));
  return coerced ? { do: 'set', ...coerced } : DROP;
}

function remedyForEnum(subject: Subject, { error, path, received }: Violation): Remedy {
  if (typeof received !== 'string' || received === '') return DROP;
  if (isAddedByErrata(received)) return { do: 'accept' };
  const value = meantValue(received, error.params['allowedValues'] as string[]) ?? otherValue(subject, path);
  if (value !== undefined) return { do: 'set', value, action: 'rewritten' };
  return mustBeKnown(subject, path) ? DROP : KEEP;
}

function remedyForFormat(subject: Subject, { error, path, received }: Violation): Remedy {
  if (error.params['format'] !== 'date-time') return KEEP;
  const value = asRfc3339(String(received));
  if (value !== undefined) return { do: 'set', value, action: 'rewritten' };
  // A filler for a missing timestamp is no timestamp either.
  return fillerFor(subject, path, propertyOf(path)) ? KEEP : DROP;
}

function remedyForLength(subject: Subject, { error, path, received }: Violation): Remedy {
  const longest = longestKept(propertyOf(path), Number(error.params['limit']));
  if (typeof received === 'string' && received.length <= longest) return KEEP;
  const isNeeded = fillerFor(subject, path, propertyOf(path)) !== undefined;
  return isNeeded ? { do: 'set', value: String(received).slice(0, longest), action: 'truncated' } : DROP;
}

function propertyOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
