/**
 * A state as plain JSON and back. States are plain data but for numbers that JSON has not (a time that cannot be read
 * is -Infinity), which are written as `{"$number": "-Infinity"}`.
 */
export function stateToJson(state: unknown): unknown {
  if (typeof state === 'number') return Number.isFinite(state) ? state : { $number: String(state) };
  if (Array.isArray(state)) return state.map(stateToJson);
  if (typeof state !== 'object' || state === null) return state;
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, stateToJson(value)]));
}

/** @throws Error when it is not what `stateToJson` makes of a state: every state has a `status`. */
export function stateFromJson(json: unknown): unknown {
  const state = decoded(json);
  if (typeof state !== 'object' || state === null || typeof (state as { status?: unknown }).status !== 'string') {
    throw new Error('This is no state of an aggregate: it has no status.');
  }
  return state;
}

const NUMBERS: Record<string, number> = { Infinity, '-Infinity': -Infinity, NaN };

function decoded(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(decoded);
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json);
  const [name, value] = entries[0] ?? [];
  if (entries.length === 1 && name === '$number' && typeof value === 'string' && value in NUMBERS) {
    return NUMBERS[value];
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, decoded(item)]));
}
