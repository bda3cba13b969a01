const SYMBOL_FOR_NUL = '\u2400';

/**
 * PostgreSQL keeps no NUL in a text and SQLite's client cuts the text there. Chargers send them all the same: the read model
 * shows the symbol for it instead, on both. The event store has the character itself.
 */
export function withoutNul(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', SYMBOL_FOR_NUL) : value;
}
