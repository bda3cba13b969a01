import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ENVIRONMENT, reads, SERVICE_NAMES, Settings } from '@chargestream/service-kit';

const page = readFileSync(path.resolve(__dirname, '../../../docs/configuration.md'), 'utf8');
const rows = [...page.matchAll(/^\| `([A-Z0-9_]+)`\s*\| (?:`([^`]*)`)?\s*\| ([a-z, ]+?)\s*\|/gm)].map(
  ([, name, value, readers]) => [name, value, readers],
);

function readersOf(field: keyof Settings): string {
  const readers = SERVICE_NAMES.filter((service) => reads(service, field));
  return readers.length === SERVICE_NAMES.length ? 'all' : readers.join(', ');
}

describe('docs/configuration.md', () => {
  it('lists every variable with its default and the services that read it', () => {
    const defaults = new Settings();
    const expected = (Object.entries(ENVIRONMENT) as [keyof Settings, string][]).map(([field, name]) => [
      name,
      String(defaults[field]) || undefined,
      readersOf(field),
    ]);
    expect(rows).toEqual(expect.arrayContaining(expected));
    expect(rows).toHaveLength(expected.length);
  });

  it('leaves no variable that nobody reads', () => {
    for (const field of Object.keys(ENVIRONMENT) as (keyof Settings)[]) expect(readersOf(field)).not.toBe('');
  });
});
