/** What stands where a secret was. */
export const REDACTED = '[redacted]';

/** Pieces that make any name they stand in a secret's: AuthorizationKey (1.6), BasicAuthPassword (2.x), apnPassword, wifi_key… */
const PIECES =
  'passw(?:or)?d|pwd|pass(?:phrase|code)|secret|psk|' +
  '(?:auth(?:orization)?|private|api|wi-?fi|wpa|wep|shared|access|encryption)[_ -]?key';

/** Endings that do; an idToken or groupIdToken identifies a driver, it opens nothing by itself. */
const ENDINGS = '(?:pin|(?<!id)token)';

/** The names, for use inside a larger expression that looks at text. */
export const NAMES_IN_TEXT = `(?:${PIECES})[\\w.-]{0,32}|${ENDINGS}`;

/** Tokens of the upload endpoint: they open it by themselves, whatever address they stand in. */
export const UPLOAD_TOKEN = /upl_[\w-]{16,}(?:\.[\w-]*)?/g;
const UPLOAD_MARK = 'upl_';

const SECRET_NAME = new RegExp(`${PIECES}|${ENDINGS}$`, 'i');

/**
 * A cheap look at text, wider than the names. Several short expressions and plain searches: each skips ahead by the rare letters that it
 * looks for, which one that has all of them cannot (measured at 441 bytes: 0.4 µs against 0.75).
 */
const PASSWORD = /pass[wpc]|secret/i;
/** A VPN's secret is just called `key`. */
const SHORT_NAME = /key|pwd|psk|pin(?!\w)/i;
const TOKEN = /(?<!id)token(?!\w)|authorization(?!\w)/i;
/** A letter, `@`, `_` or `-` that is written as an escape may hide a name. */
const ESCAPED = /\\u00(?:2d|[4-7])/i;

const ANY_NAME = new RegExp(`${PIECES}|${ENDINGS}(?!\\w)|${UPLOAD_MARK}`, 'gi');

/** Whether the value under this name, or of the configuration key or variable with this name, is a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** False for nearly everything that chargers send, after one pass over the text. */
export function isSuspicious(text: string): boolean {
  // Credentials in a URL are in front of an @, and hardly anything else has one.
  if (text.includes('@') || PASSWORD.test(text) || SHORT_NAME.test(text) || TOKEN.test(text)) return true;
  if (text.includes(UPLOAD_MARK)) return true;
  return text.includes('\\u00') && ESCAPED.test(text);
}

/** How many secrets the text names. */
export function countNames(text: string): number {
  return text.match(ANY_NAME)?.length ?? 0;
}
