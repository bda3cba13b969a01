import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { factVersion } from '@chargestream/contracts';
import { incompatibilities } from './compare';
import type { GeneratedSchema } from './generate';
import type { JsonSchema } from './json-schema';
import { json } from './output';
import { ROOT } from './paths';

const RELEASED_FOLDER = 'schemas/released';

/** The versions whose schemas are kept, oldest first. */
export function releases(root = ROOT): string[] {
  const folder = path.join(root, RELEASED_FOLDER);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^\d+\.\d+\.\d+$/.test(name)) : [];
  return names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** The schemas of a release, by path within it. */
export function releasedSchemas(version: string, root = ROOT): Map<string, JsonSchema> {
  const folder = path.join(root, RELEASED_FOLDER, version);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  return new Map(
    names.sort().map((name) => {
      const text = readFileSync(path.join(folder, name), 'utf8');
      return [name.split(path.sep).join('/'), JSON.parse(text) as JsonSchema];
    }),
  );
}

/** Keeps the present schemas as those of a release. @throws Error when that release has some already: they never change */
export function release(version: string, schemas: readonly GeneratedSchema[], root = ROOT): number {
  const folder = path.join(root, RELEASED_FOLDER, version);
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`${version} is no version: write it as 1.2.3`);
  if (existsSync(folder))
    throw new Error(`${RELEASED_FOLDER}/${version} is there already: released schemas never change`);
  for (const { group, name, schema } of schemas) {
    const file = path.join(folder, group.group, `${name}.json`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, json(schema));
  }
  return schemas.length;
}

/** A sentence for everything that would break who relies on the released schemas; empty when nothing would. */
export function check(
  released: ReadonlyMap<string, JsonSchema>,
  current: ReadonlyMap<string, JsonSchema>,
  isLifted: (file: string, schema: JsonSchema) => boolean = liftedByUpcasters,
): string[] {
  return [...released].flatMap(([file, old]) => {
    if (isLifted(file, old)) return [];
    const now = current.get(file);
    const problems = now ? incompatibilities(old, now) : ['the type is gone or has another name'];
    return problems.map((problem) => `${file.replace('.json', '')}: ${problem}`);
  });
}

/** Stored facts may change in every way as long as an upcaster lifts those that lie in the store. */
function liftedByUpcasters(file: string, { $id = '' }: JsonSchema): boolean {
  const [group, name] = file.replace('.json', '').split('/') as [string, string];
  return group === 'stored' && factVersion(name) > Number($id.split(':').at(-1));
}

export function byFile(schemas: readonly GeneratedSchema[]): Map<string, JsonSchema> {
  return new Map(schemas.map(({ group, name, schema }) => [`${group.group}/${name}.json`, schema]));
}
