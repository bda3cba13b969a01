/** Configuration keys and variables that are passwords (1.6 security extension, 2.x SecurityCtrlr). */
const SECRET_NAMES = new Set(['authorizationkey', 'basicauthpassword']);
const SECRET_FIELDS = new Set(['passwordhash', 'password']);
const HIDDEN = '[redacted]';

/** A copy without passwords: those of our own events, and those in OCPP payloads that set them. */
export function redacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redacted);
  if (value === null || typeof value !== 'object') return value;
  const namesSecret = isSecretName(value);
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => {
      const hide = SECRET_FIELDS.has(field.toLowerCase()) || (namesSecret && /^(value|attributeValue)$/.test(field));
      return [field, hide && inner !== null ? HIDDEN : redacted(inner)];
    }),
  );
}

/** `{key}` of 1.6, `{variable: {name}}` of 2.x, or `{variable}` and `{key}` of our own SetConfigurationEntry. */
function isSecretName(value: object): boolean {
  const { key, variable } = value as { key?: unknown; variable?: unknown };
  const name = typeof variable === 'object' && variable !== null ? (variable as { name?: unknown }).name : variable;
  return [key, name].some(
    (text) => typeof text === 'string' && SECRET_NAMES.has(text.slice(text.lastIndexOf('.') + 1).toLowerCase()),
  );
}
