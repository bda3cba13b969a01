/** The names in a setting that may hold several, separated by semicolons: a comma may be part of one (`Northwind, Inc.`). */
export function organizationsIn(setting: string): string[] {
  return setting
    .split(';')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/**
 * Whitepaper A00.FR.404: a certificate is owned by the CPO, or an organization that the CPO trusts, when the O in its subject
 * says so. As X.520 compares names: case and the number of spaces do not count.
 * @param trusted where there is none, anybody may be the owner
 * @returns what is wrong with its owner, to follow "it"; null when nothing is
 */
export function problemOfOwner(organizations: readonly string[], trusted: readonly string[]): string | null {
  if (trusted.length === 0) return null;
  const names = new Set(trusted.map(comparable));
  if (organizations.some((name) => names.has(comparable(name)))) return null;
  const wanted = trusted.map(quoted).join(' or ');
  return organizations.length === 0
    ? `names no organization (O), which must be ${wanted}`
    : `names the organization (O) ${organizations.map(quoted).join(', ')}, which must be ${wanted}`;
}

function comparable(name: string): string {
  return name.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

function quoted(name: string): string {
  return `"${name}"`;
}
