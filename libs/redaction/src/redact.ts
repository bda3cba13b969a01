import { countNames, isSecretName, isSuspicious, REDACTED } from './secret-names';
import { hideInText, withoutEscapes } from './text-rules';

/** Nothing that we keep is nested deeper; what is, is withheld. */
const MAX_DEPTH = 100;

/**
 * The value without its secrets: values under secret names, of configuration keys and variables with secret names, and what strings
 * hold (see `redactText`). The very same value when there is nothing to hide; a copy otherwise.
 */
export function redact(value: unknown): unknown {
  return redactAt(value, 0);
}

/** Whether `redact` would hide anything. */
export function containsSecret(value: unknown): boolean {
  return redact(value) !== value;
}

/** The text without secrets: JSON is redacted as `redact` does; else `name=value`, elements, URLs with credentials, private keys. */
export function redactText(text: string): string {
  return textAt(text, 0);
}

/**
 * An OCPP frame for logs and topics, unchanged to the letter when it holds no secret; the fast way, for every frame. What looks
 * secret and cannot be read is withheld altogether.
 */
export function redactFrame(text: string): string {
  return isSuspicious(text) ? (jsonAt(text, 0) ?? REDACTED) : text;
}

function redactAt(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return textAt(value, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return REDACTED;
  if (Array.isArray(value)) return changed(value, (item) => redactAt(item, depth + 1));
  return objectAt(value as Fields, depth);
}

type Fields = Record<string, unknown>;

function objectAt(fields: Fields, depth: number): Fields {
  const named = namesSecret(fields);
  // 2.x VPNType: its shared secret is called `key`.
  const isVpn = 'server' in fields && 'key' in fields;
  let isChanged = false;
  const entries = Object.entries(fields).map(([name, field]) => {
    const hide = (isSecretName(name) && !isIdToken(field)) || (isVpn && name === 'key') || (named && isValueName(name));
    const shown = hide ? hidden(field) : shownField(name, field, named, depth);
    isChanged ||= shown !== field;
    return [name, shown] as const;
  });
  return isChanged ? Object.fromEntries(entries) : fields;
}

function shownField(name: string, field: unknown, ofSecret: boolean, depth: number): unknown {
  if (ofSecret && name === 'variableAttribute') return hideValues(field);
  if (name === 'vpn' && isFields(field) && 'key' in field) {
    return objectAt({ ...field, key: hidden(field['key']) }, depth + 1);
  }
  if (/^authorization$/i.test(name) && typeof field === 'string' && /^\s*(basic|bearer|digest)\s/i.test(field)) {
    return REDACTED;
  }
  return redactAt(field, depth + 1);
}

/** `{key, value}` of 1.6, `{variable: {name}, attributeValue}` of 2.x, `{variable, value}` of ours, `{name, value}` of vendors. */
function namesSecret(fields: Fields): boolean {
  const { key, variable, name } = fields;
  const variableName = isFields(variable) ? variable['name'] : variable;
  return [key, variableName, name].some((text) => typeof text === 'string' && isSecretName(text));
}

function isValueName(name: string): boolean {
  return /values?$/i.test(name);
}

/** Our own events call the idToken that was presented `token`. */
function isIdToken(field: unknown): boolean {
  return isFields(field) && 'idToken' in field;
}

/** 2.x ReportDataType.variableAttribute: the values of one variable. */
function hideValues(attributes: unknown): unknown {
  if (!Array.isArray(attributes)) return hidden(attributes);
  return changed(attributes, (attribute) => {
    if (!isFields(attribute)) return hidden(attribute);
    const value = hidden(attribute['value']);
    return value === attribute['value'] ? attribute : { ...attribute, value };
  });
}

function hidden(value: unknown): unknown {
  return value === null || value === undefined || value === '' ? value : REDACTED;
}

function textAt(text: string, depth: number): string {
  if (!isSuspicious(text)) return text;
  return (/^\s*[[{"]/.test(text) ? jsonAt(text, depth) : null) ?? hideInText(text);
}

/** Null when it is not JSON. */
function jsonAt(text: string, depth: number): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const shown = redactAt(value, depth + 1);
  if (shown !== value) return JSON.stringify(shown);
  // Of fields with one name the parser keeps the last: what it dropped may name a secret, or be one.
  return countNames(withoutEscapes(text)) === countNames(JSON.stringify(value)) ? text : REDACTED;
}

/** The array itself when no item changes. */
function changed(items: unknown[], change: (item: unknown) => unknown): unknown[] {
  const shown = items.map(change);
  return shown.some((item, index) => item !== items[index]) ? shown : items;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
