import { parseArgs } from 'node:util';
import { generateSchemas } from './generate';
import { differences, renderAll, write } from './output';
import { byFile, check, release, releasedSchemas, releases } from './releases';

const HELP = `Usage: npm run contracts [-- --check | --release VERSION]
       npm run contracts:check

Writes the JSON Schemas of everything that crosses services (schemas/events) and what
follows from them (schemas/asyncapi.yaml, docs/reference/events.md and
libs/contracts/src/data-schemas.ts) from the types in libs/contracts.

  --check             write nothing; fail when a written file is not up to date, or when
                      a change would break who relies on the last released schemas
  --release VERSION   keep the present schemas as those of a release (schemas/released)
  --help              show this

What may change and what may not: docs/reference/compatibility.md
`;

function main(): number {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean' },
      release: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return say(HELP);
  const schemas = generateSchemas();
  if (values.release !== undefined) return say(`${release(values.release, schemas)} schemas kept\n`);
  const files = renderAll(schemas);
  if (!values.check) return say(`${files.size} files, ${write(files).length} changed\n`);
  const differing = differences(files);
  const last = releases().at(-1);
  const broken = last === undefined ? [] : check(releasedSchemas(last), byFile(schemas));
  if (differing.length > 0) say(`Not up to date, run npm run contracts:\n${lines(differing)}`);
  if (broken.length > 0) say(`Incompatible with ${last}, see docs/reference/compatibility.md:\n${lines(broken)}`);
  if (differing.length + broken.length > 0) return 1;
  return say(`${files.size} files are up to date and compatible with ${last ?? 'nothing: there is no release yet'}\n`);
}

function say(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

function lines(items: readonly string[]): string {
  return items.map((item) => `  ${item}\n`).join('');
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
