/** What was done about a deviation. */
export type DeviationAction =
  | 'none' // strict validation only reports
  | 'dropped' // the value, or the property, is not in the payload handed on
  | 'coerced' // 604.2 → "604.2", "1" → 1, "true" → true, 10.6 → 11 where an integer is due
  | 'wrapped' // an object where an array of objects is due
  | 'unwrapped' // an array of one where its item is due
  | 'rewritten' // the same meaning as the schema spells it: a timestamp without zone, `Hz`
  | 'filled' // a required value that was missing got the neutral value OCPP has for it
  | 'truncated' // a string cut to the longest we keep
  | 'kept'; // handed on as received

/** One way in which a payload is not what the schema of its message says. */
export interface Deviation {
  /** JSON pointer (RFC 6901) to the value as received; `''` is the payload itself. */
  readonly path: string;
  /** The JSON Schema keyword that failed (`type`, `enum`, `required`, …), or `safeInteger`. */
  readonly rule: string;
  /** JSON text of the value, shortened to 120 characters; undefined when it was missing. */
  readonly received: string | undefined;
  readonly action: DeviationAction;
}

/** How much of a received value a deviation or an error text repeats. */
const RECEIVED_MAX_LENGTH = 120;

/** Deviations are logged and shown: no passwords in them. */
const SECRET = /password$/i;

export function deviation(path: string, rule: string, received: unknown, action: DeviationAction): Deviation {
  return { path, rule, received: SECRET.test(path) && received !== undefined ? '"…"' : shortened(received), action };
}

/** Never costs more than the text it returns is worth, whatever was received. */
function shortened(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  // JSON has no Infinity, which is what 1e999 was read as.
  const isNumber = typeof value === 'bigint' || typeof value === 'number';
  const text = isNumber ? String(value) : JSON.stringify(preview(value));
  return text.length > RECEIVED_MAX_LENGTH ? `${text.slice(0, RECEIVED_MAX_LENGTH - 1)}…` : text;
}

function preview(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, RECEIVED_MAX_LENGTH);
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.slice(0, 8).map(shallow);
  return Object.fromEntries(
    Object.keys(value)
      .slice(0, 8)
      .map((key) => [key, shallow((value as Record<string, unknown>)[key])]),
  );
}

function shallow(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, RECEIVED_MAX_LENGTH);
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? [] : ['…'];
  return value !== null && typeof value === 'object' ? { '…': '…' } : value;
}
