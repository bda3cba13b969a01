/**
 * The same schema without room for fields that it does not name. Published schemas have it, for the fields of versions to
 * come; what this version writes must not need it.
 */
export function withoutRoom(schema: unknown): object {
  return closed(schema) as object;
}

function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closed(inner)]));
  const isObject = copy.type === 'object' && !('additionalProperties' in copy);
  return isObject ? { ...copy, additionalProperties: false } : copy;
}
