import { NAMES_IN_TEXT, REDACTED, UPLOAD_TOKEN } from './secret-names';

/**
 * `token=…`, `"password": "…"`, `Authorization: Basic …`. A quoted value ends with its quote, one between escaped quotes with the
 * text, and one without quotes with the line: where a bare password ends nobody can tell.
 */
const NAMED_VALUE = new RegExp(
  `((?:${NAMES_IN_TEXT}|authorization)["'\\\\\\]\\s]{0,8}(?:=>|[:=])\\s{0,8})` +
    `("(?:[^"\\\\]|\\\\[^])*(?:"|\\\\?$)|'(?:[^'\\\\]|\\\\[^])*(?:'|\\\\?$)|\\\\+["'][^]*|[^\\s"'\\\\][^\\r\\n]*|\\\\[^\\r\\n]*)`,
  'gi',
);

/** `<password>…`; attributes are named values. */
const XML_ELEMENT = new RegExp(`(<[\\w.:-]{0,64}?(?:${NAMES_IN_TEXT})(?:\\s[^<>]{0,256})?>)[^<]+`, 'gi');

/** RFC 7468. Without an end line everything that follows belongs to it. */
const PRIVATE_KEY =
  /-----BEGIN ([A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?)-----(?!\[redacted\])[^]*?(?:-----END [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----|$)/g;

const ESCAPE = /\\+u00(2d|[4-7][0-9a-f])/gi;

/** The text with letters for the escapes that need not be escapes. */
export function withoutEscapes(text: string): string {
  return text.replace(ESCAPE, (_escape, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** Text of any kind without the secrets that it names. Takes time in proportion to its length, whatever it says. */
export function hideInText(text: string): string {
  const plain = withoutEscapes(text);
  const hidden = hideUrlCredentials(
    plain
      .replace(PRIVATE_KEY, (_key, label: string) => `-----BEGIN ${label}-----${REDACTED}`)
      .replace(UPLOAD_TOKEN, REDACTED)
      .replace(XML_ELEMENT, `$1${REDACTED}`)
      .replace(NAMED_VALUE, hideValue),
  );
  return hidden === plain ? text : hidden;
}

function hideValue(whole: string, name: string, value: string): string {
  const quote = value[0] === '"' || value[0] === "'" ? value[0] : '';
  if (quote !== '' && value.length <= 2) return whole;
  return name + quote + REDACTED + quote;
}

/**
 * `scheme://user:password@`. The password may hold a slash, so everything up to the last @ of the run counts as credentials when there
 * is a colon in front of the first slash: rather a port hidden than a password shown.
 */
function hideUrlCredentials(text: string): string {
  let hidden = '';
  let copied = 0;
  let runEnd = 0;
  let lastAt = -1;
  for (let scheme = text.indexOf('://'); scheme >= 0; scheme = text.indexOf('://', scheme + 3)) {
    const start = scheme + 3;
    if (start > runEnd) {
      runEnd = endOfRun(text, start);
      lastAt = text.lastIndexOf('@', runEnd - 1);
    }
    if (lastAt < start) continue;
    const slash = text.indexOf('/', start);
    const authority = text.slice(start, slash < 0 || slash > runEnd ? runEnd : slash);
    if (!authority.includes('@') && !authority.includes(':')) continue;
    hidden += text.slice(copied, start) + REDACTED;
    copied = lastAt;
    scheme = lastAt;
  }
  return hidden + text.slice(copied);
}

/** A URL ends with white space; one that is the whole text may have some in its password. */
function endOfRun(text: string, start: number): number {
  if (/^[a-z][a-z0-9+.-]{0,16}$/i.test(text.slice(0, Math.min(start - 3, 18)))) return text.length;
  WHITE_SPACE.lastIndex = start;
  return WHITE_SPACE.exec(text)?.index ?? text.length;
}

const WHITE_SPACE = /\s/g;
