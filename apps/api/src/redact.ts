/** Names of configuration keys, variables and fields whose values are secrets. */
const SECRET_NAME =
  /auth(orization)?_?key|passw(or)?d|pwd|passphrase|secret|private_?key|api_?key|wifi_?key|psk|pin$|(?<!id)token$/i;
const HIDDEN = '[redacted]';
const URL_CREDENTIALS = /:\/\/[^\s/]*@/g;
/** `AuthorizationKey=…`, `"password": "…"` inside a text that a vendor made up. */
const SECRET_IN_TEXT = /((?:authorizationkey|passw(?:or)?d|passphrase)\W{0,4}[:=]\W{0,4})[^\s"'&,;}\\]+/gi;

/** A copy without passwords: those of our own events, and those in OCPP payloads that set or carry them. */
export function redacted(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.replace(URL_CREDENTIALS, `://${HIDDEN}@`).replace(SECRET_IN_TEXT, `$1${HIDDEN}`);
  }
  if (Array.isArray(value)) return value.map(redacted);
  if (value === null || typeof value !== 'object') return value;
  const namesSecret = isSecretName(value);
  // 2.x VPNType: its shared secret is called `key`.
  const isVpn = 'server' in value && 'key' in value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => {
      const hide =
        SECRET_NAME.test(field) ||
        (namesSecret && /value$/i.test(field) && typeof inner === 'string') ||
        (isVpn && field === 'key');
      return [field, hide && inner !== null ? HIDDEN : redacted(inner)];
    }),
  );
}

/** `{key}` of 1.6, `{variable: {name}}` of 2.x, or `{variable}` and `{key}` of our own SetConfigurationEntry. */
function isSecretName(value: object): boolean {
  const { key, variable } = value as { key?: unknown; variable?: unknown };
  const name = typeof variable === 'object' && variable !== null ? (variable as { name?: unknown }).name : variable;
  return [key, name].some((text) => typeof text === 'string' && SECRET_NAME.test(text));
}
