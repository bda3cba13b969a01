import { existsSync } from 'node:fs';
import path from 'node:path';
import { toBusRecord } from '@chargestream/contracts';
import { openContracts } from '@chargestream/contracts/validation';
import { exampleOf } from './example';
import { generateSchemas } from './generate';
import { ROOT } from './paths';
import { isEvent, renderReference } from './reference';

describe('docs/reference/events.md', () => {
  const contracts = openContracts();
  const schemas = generateSchemas();
  const events = schemas.filter(isEvent);
  const page = renderReference(schemas);
  const examples = [...page.matchAll(/```json\n([\s\S]*?)\n```/g)].map(([, text]) => JSON.parse(text!) as unknown);

  it('has an example of every type, and no invented word in them', () => {
    expect(examples).toHaveLength(events.length);
    expect(examples).toEqual(expect.arrayContaining(events.map(exampleOf)));
    expect(page).not.toContain('"text"');
  });

  it.each(events.map((schema) => [schema.id, schema] as const))('has an example that %s takes', (id, schema) => {
    expect(contracts.problems(id, exampleOf(schema))).toEqual([]);
    const topic = schema.group.topic?.replace('{instanceId}', 'connect-1');
    for (const type of topic === undefined ? [] : schema.ceTypes) {
      const record = toBusRecord(topic!, 'k', { id: 'x', type, source: '/x' }, exampleOf(schema));
      expect(contracts.problemsOfRecord(record)).toEqual([]);
    }
  });

  it('links only to headings and files that are there', () => {
    const headings = new Set([...page.matchAll(/^#+ (.+)$/gm)].map(([, text]) => text!.toLowerCase()));
    const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!);
    expect(links.length).toBeGreaterThan(events.length);
    for (const link of links) {
      if (link.startsWith('#')) expect(headings).toContain(link.slice(1));
      else expect([link, existsSync(path.join(ROOT, 'docs/reference', link))]).toEqual([link, true]);
    }
  });
});
