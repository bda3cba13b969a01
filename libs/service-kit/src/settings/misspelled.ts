import { ENVIRONMENT } from './settings';

/** Variables that are nearly called like a setting: a sentence for each. They may be somebody else's, so they stop nothing. */
export function misspelledVariables(environment: Record<string, string | undefined>): string[] {
  const names = Object.values(ENVIRONMENT);
  return Object.keys(environment).flatMap((given) => {
    if (given.length < 6 || names.includes(given)) return [];
    const meant = names.find((name) => Math.abs(name.length - given.length) <= 2 && distance(name, given) <= 2);
    return meant === undefined ? [] : [`${given} is set but is no setting: did you mean ${meant}?`];
  });
}

/** Levenshtein's: how many letters to change, add or leave out. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
