import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generateSchemas, type GeneratedSchema } from './generate';
import { ROOT } from './paths';
import { renderReference } from './reference';
import { renderAsyncApi } from './render-asyncapi';
import { renderDataSchemas } from './render-data-schemas';

/** Folder of the generated schemas, from the root. Nothing else lies there. */
export const EVENTS_FOLDER = 'schemas/events';

/** All generated files, by path from the root. */
export function renderAll(schemas: readonly GeneratedSchema[] = generateSchemas()): Map<string, string> {
  const files = new Map<string, string>();
  for (const { group, name, schema } of schemas) files.set(schemaFile(group.group, name), json(schema));
  files.set('libs/contracts/src/data-schemas.ts', renderDataSchemas(schemas));
  files.set('schemas/asyncapi.yaml', renderAsyncApi(schemas));
  files.set('docs/reference/events.md', renderReference(schemas));
  return files;
}

export function schemaFile(group: string, name: string): string {
  return `${EVENTS_FOLDER}/${group}/${name}.json`;
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** What `npm run contracts` would change: files that differ, are missing, or belong to no type any more. */
export function differences(files: ReadonlyMap<string, string>, root = ROOT): string[] {
  const differing = [...files].filter(([file, text]) => {
    const whole = path.join(root, file);
    return !existsSync(whole) || readFileSync(whole, 'utf8') !== text;
  });
  return [...differing.map(([file]) => file), ...leftOver(files, root)].sort();
}

/** Writes what differs and removes what belongs to no type any more. @returns the paths it touched */
export function write(files: ReadonlyMap<string, string>, root = ROOT): string[] {
  const touched = differences(files, root);
  for (const file of touched) {
    const text = files.get(file);
    const whole = path.join(root, file);
    if (text === undefined) rmSync(whole);
    else {
      mkdirSync(path.dirname(whole), { recursive: true });
      writeFileSync(whole, text);
    }
  }
  return touched;
}

function leftOver(files: ReadonlyMap<string, string>, root: string): string[] {
  const folder = path.join(root, EVENTS_FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => `${EVENTS_FOLDER}/${name.split(path.sep).join('/')}`)
    .filter((file) => !files.has(file));
}
