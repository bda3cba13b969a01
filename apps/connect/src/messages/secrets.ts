/** Names whose values never leave this process: AuthorizationKey (1.6), BasicAuthPassword and SecurityCtrlr keys (2.x), VPN and APN. */
const SECRET_NAME = /authorizationkey|password|passphrase|privatekey|secret|^pwd$/i;
/** Cheap look at a whole frame: only one that matches is parsed again. A letter written as an escape may hide a name. */
const SUSPICIOUS = /authorizationkey|password|passphrase|privatekey|secret|"vpn"|:\/\/[^"\s/]*@|\\u00[2-7]/i;

export const REDACTED = '[redacted]';

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** The frame's text for logs and topics. What looks secret but cannot be parsed is withheld altogether. */
export function redactFrame(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  try {
    return JSON.stringify(redact(JSON.parse(text)));
  } catch {
    return REDACTED;
  }
}

/** A copy without secrets: values of secret names, and of `{key: secret, value}` and `{variable: {name: secret}, …Value}`. */
export function redact(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  const hidden = hiddenFields(fields);
  const copy: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    copy[name] =
      hidden.has(name) || isSecretName(name) ? hide(field) : name === 'vpn' ? redactVpn(field) : redact(field);
  }
  return copy;
}

/** Text that itself names a secret and its value (JSON in a DataTransfer, a query string), or a URL with credentials. */
function redactText(text: string): string {
  if (SECRET_IN_TEXT.test(text)) return REDACTED;
  return text.replace(/:\/\/[^\s/@]*@/g, `://${REDACTED}@`);
}

const SECRET_IN_TEXT = /(authorizationkey|password|passphrase|privatekey|secret)["'\\]*\s*[:=]/i;

function hiddenFields(fields: Record<string, unknown>): ReadonlySet<string> {
  const variable = fields['variable'] as { name?: unknown } | null | undefined;
  const name = fields['key'] ?? (typeof variable === 'object' ? variable?.name : undefined);
  if (typeof name !== 'string' || !isSecretName(name)) return NONE;
  return SECRET_FIELDS;
}

const NONE: ReadonlySet<string> = new Set();
const SECRET_FIELDS: ReadonlySet<string> = new Set(['value', 'attributeValue', 'variableAttribute']);

/** 2.x VPNType.key is the shared secret. */
function redactVpn(value: unknown): unknown {
  const copy = redact(value);
  return typeof copy === 'object' && copy !== null && 'key' in copy ? { ...copy, key: REDACTED } : copy;
}

function hide(value: unknown): unknown {
  return value === null || value === undefined || value === '' ? value : REDACTED;
}
