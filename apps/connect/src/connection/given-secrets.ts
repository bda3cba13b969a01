import { REDACTED, secretsIn } from '@chargestream/redaction';

/** Shorter ones would hide ordinary words; a 1.6 AuthorizationKey has 16 characters at least. */
const MIN_LENGTH = 8;
/** May be a number that has nothing to do with it. */
const SHORT_NUMBER = /^\d{1,15}$/;
const MAX_KEPT = 16;

/**
 * The secrets that a charger was sent on its connection. It may repeat them where no name tells what they are, as in "abc… is
 * too short": only who knows them can hide them. In memory, and gone with the connection.
 */
export class GivenSecrets {
  private readonly patterns = new Map<string, RegExp>();

  /** What is in this payload is sent now. */
  learn(payload: unknown): void {
    for (const secret of secretsIn(payload)) {
      if (secret.length < MIN_LENGTH || SHORT_NUMBER.test(secret)) continue;
      this.patterns.delete(secret);
      this.patterns.set(secret, patternOf(secret));
      if (this.patterns.size > MAX_KEPT) this.patterns.delete(this.patterns.keys().next().value as string);
    }
  }

  /** The text, a frame say, without them; nothing to do for nearly every connection. */
  hideIn(text: string): string {
    let hidden = text;
    for (const pattern of this.patterns.values()) hidden = hidden.replace(pattern, REDACTED);
    return hidden;
  }

  /** A JSON value without them. */
  hideInValue<Value>(value: Value): Value {
    return this.patterns.size === 0 ? value : (this.without(value) as Value);
  }

  private without(value: unknown): unknown {
    if (typeof value === 'string') return this.hideIn(value);
    if (Array.isArray(value)) return value.map((item) => this.without(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, this.without(field)]));
  }
}

/** As it is and as JSON writes it, in upper or lower case: a hexadecimal key is the same in both. */
function patternOf(secret: string): RegExp {
  const forms = [...new Set([JSON.stringify(secret).slice(1, -1), secret])];
  return new RegExp(forms.map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'gi');
}
