/** Names chargers use for what the schema calls otherwise. */
const ALIASES: Readonly<Record<string, string>> = {
  Hz: 'Hertz', // 1.6 has a measurand Frequency but no unit for it; errata 4.0 §3.84 adds Hertz
  '%': 'Percent',
  '°C': 'Celsius',
  C: 'Celsius',
  '°F': 'Fahrenheit',
  F: 'Fahrenheit',
};
/** Values that errata add to a version whose schema lacks them. */
const ADDED_BY_ERRATA: ReadonlySet<string> = new Set(['Hertz']);

/**
 * The allowed value a charger meant: an alias, or the same letters in other case.
 * @returns undefined when there is no such value, or more than one
 */
export function meantValue(received: string, allowed: readonly string[]): string | undefined {
  const alias = Object.hasOwn(ALIASES, received) ? ALIASES[received] : undefined;
  if (alias !== undefined && (allowed.includes(alias) || (ADDED_BY_ERRATA.has(alias) && allowed.includes('Wh'))))
    return alias;
  const letters = fold(received);
  const matching = allowed.filter((value) => fold(value) === letters);
  return matching.length === 1 ? matching[0] : undefined;
}

export function isAddedByErrata(value: string): boolean {
  return ADDED_BY_ERRATA.has(value);
}

function fold(value: string): string {
  return value.trim().toLowerCase();
}
