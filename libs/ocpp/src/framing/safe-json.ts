/** Deeper than any OCPP message (the deepest schema has 9 levels), far from what exhausts the stack. */
export const MAX_DEPTH = 32;

export class NestingError extends Error {}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Counts brackets outside strings, so that a text of a million `[` is refused before JSON.parse recurses into it.
 * Texts too short to nest that deep are not looked at.
 * @throws NestingError
 */
export function checkDepth(text: string, maxDepth = MAX_DEPTH): void {
  if (!mayNest(text, maxDepth)) return;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (inString) {
      if (char === BACKSLASH) index++;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (char === 0x5b || char === 0x7b) {
      if (++depth > maxDepth) throw new NestingError(`nested deeper than ${maxDepth} levels`);
    } else if (char === 0x5d || char === 0x7d) depth--;
  }
}

/** Cheap and never wrong in the dangerous direction: fewer opening brackets than levels cannot nest that deep. */
function mayNest(text: string, maxDepth: number): boolean {
  let count = 0;
  for (const bracket of ['[', '{']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (++count > maxDepth) return true;
    }
  }
  return false;
}

/** A run of 16 digits may be an integer that a double cannot hold; the regular expression is only a cheap filter. */
const MAYBE_UNSAFE = /\d{16}/;

/**
 * JSON.parse, but an integer beyond ±(2^53 − 1) becomes a BigInt instead of silently another number.
 * @throws SyntaxError, NestingError
 */
export function parseJson(text: string): unknown {
  checkDepth(text);
  // First, so that only JSON is looked at again: quotes without an end would cost the square of their number.
  const value: unknown = JSON.parse(text);
  return MAYBE_UNSAFE.test(text) ? (JSON.parse(markUnsafeIntegers(text), reviveMarked) as unknown) : value;
}

/** Different in every process, so that no input can forge it. */
const MARK = `int:${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}:`;
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Puts unsafe integers outside strings into marked strings. */
function markUnsafeIntegers(text: string): string {
  return text.replace(TOKENS, (token) => {
    const safe = token.startsWith('"') || !/^-?\d{16,}$/.test(token) || Number.isSafeInteger(Number(token));
    return safe ? token : `"${MARK}${token}"`;
  });
}

function reviveMarked(_key: string, value: unknown): unknown {
  return typeof value === 'string' && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value;
}

/** JSON.stringify that writes a BigInt as the integer it is. */
export function stringifyJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError) || !/BigInt/.test(error.message)) throw error;
    const marked = JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? `${MARK}${inner}` : inner));
    return marked.replaceAll(new RegExp(`"${MARK}(-?\\d+)"`, 'g'), '$1');
  }
}
