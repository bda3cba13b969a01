const SECRET = /authorizationkey|password|secret/i;
export function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  const hidden = typeof fields['key'] === 'string' && SECRET.test(fields['key']);
  return Object.fromEntries(
    Object.entries(fields).map(([k, v]) => [k, (hidden && k === 'value') || SECRET.test(k) ? '[redacted]' : redact(v)]),
  );
}
export function containsSecret(value: unknown): boolean {
  return JSON.stringify(value) !== JSON.stringify(redact(value));
}
