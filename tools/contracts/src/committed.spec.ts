import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateSchemas } from './generate';
import { differences, renderAll, write } from './output';

describe('the committed schemas', () => {
  const files = renderAll(generateSchemas());

  it('are those of the types (npm run contracts writes them)', () => {
    expect(differences(files)).toEqual([]);
  });

  it('are told from changed, missing and left-over files', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'contracts-'));
    try {
      expect(write(files, folder)).toHaveLength(files.size);
      expect(differences(files, folder)).toEqual([]);
      writeFileSync(path.join(folder, 'schemas/events/intents/PutToken.json'), '{}');
      writeFileSync(path.join(folder, 'schemas/events/intents/Gone.json'), '{}');
      rmSync(path.join(folder, 'schemas/events/instances/InstanceEntry.json'));
      const wrong = ['instances/InstanceEntry', 'intents/Gone', 'intents/PutToken'];
      expect(differences(files, folder)).toEqual(wrong.map((name) => `schemas/events/${name}.json`));
      write(files, folder);
      expect(differences(files, folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('have ids that name group, type and version, each once', () => {
    const ids = generateSchemas().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^urn:chargestream:[a-z-]+:[A-Z][A-Za-z]+:1$/);
  });
});
