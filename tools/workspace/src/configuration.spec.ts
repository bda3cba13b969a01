import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ENVIRONMENT, Settings } from '@chargestream/service-kit';

const page = readFileSync(path.resolve(__dirname, '../../../docs/configuration.md'), 'utf8');
const rows = [...page.matchAll(/^\| `([A-Z0-9_]+)`\s*\| (?:`([^`]*)`)?\s*\|/gm)].map(([, name, value]) => [
  name,
  value,
]);

describe('docs/configuration.md', () => {
  it('lists every variable with its default', () => {
    const defaults = new Settings();
    const expected = Object.entries(ENVIRONMENT).map(([field, name]) => [
      name,
      String(defaults[field as keyof Settings]) || undefined,
    ]);
    expect(rows).toEqual(expect.arrayContaining(expected));
    expect(rows).toHaveLength(expected.length);
  });
});
