/** Date and time as chargers write them: a blank for the T, no seconds, a comma, no zone, an offset without colon. */
const LOOSE =
  /^\s*(\d{4}-\d{2}-\d{2})[Tt\s](\d{2}:\d{2})(:\d{2})?(?:[.,](\d{1,9})\d*)?\s*(?:([Zz])|([+-]\d{2}):?(\d{2})?)?\s*$/;

const LONGEST_TIMESTAMP = 64;

/**
 * The timestamp in the form RFC 3339 asks for. A time without zone counts as UTC, which OCPP tells chargers to use
 * (1.6 §3.14, 2.0.1 part 2 §1.6 "Date and time"); 10 digits are Unix seconds, 13 milliseconds.
 * @returns undefined when it is no point in time
 */
export function asRfc3339(text: string): string | undefined {
  if (text.length > LONGEST_TIMESTAMP) return undefined;
  const rewritten = /^\d{10}(\d{3})?$/.test(text) ? fromUnix(text) : fromLoose(text);
  return rewritten !== undefined && Number.isFinite(Date.parse(rewritten)) ? rewritten : undefined;
}

function fromUnix(digits: string): string {
  return new Date(Number(digits) * (digits.length === 10 ? 1000 : 1)).toISOString();
}

function fromLoose(text: string): string | undefined {
  const match = LOOSE.exec(text);
  if (!match) return undefined;
  const [, date, minutes, seconds = ':00', fraction, , offsetHours, offsetMinutes = '00'] = match;
  const zone = offsetHours === undefined ? 'Z' : `${offsetHours}:${offsetMinutes}`;
  return `${date}T${minutes}${seconds}${fraction === undefined ? '' : `.${fraction}`}${zone}`;
}
