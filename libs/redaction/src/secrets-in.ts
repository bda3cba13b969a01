import { redact } from './redact';
import { REDACTED } from './secret-names';

/** The secrets of a value, as they are written: whole strings that `redact` would hide. Parts of strings are not told apart. */
export function secretsIn(value: unknown): string[] {
  const found = new Set<string>();
  collect(value, redact(value), found);
  return [...found];
}

function collect(value: unknown, shown: unknown, found: Set<string>): void {
  if (value === shown) return;
  if (typeof value === 'string') {
    if (shown === REDACTED && value !== REDACTED) found.add(value);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, field] of Object.entries(value)) {
    collect(field, shown === REDACTED ? REDACTED : (shown as Record<string, unknown>)[name], found);
  }
}
