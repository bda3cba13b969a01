import { parseArgs } from 'node:util';
import { differences, renderAll, write } from './output';

const HELP = `Usage: npm run contracts [-- --check]

Writes the JSON Schemas of everything that crosses services (schemas/events) and the
list of their ids (libs/contracts/src/data-schemas.ts) from the types in libs/contracts.

  --check   write nothing; fail when a committed file differs
  --help    show this
`;

function main(): number {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const files = renderAll();
  if (values.check) {
    const differing = differences(files);
    process.stdout.write(differing.length === 0 ? 'Up to date\n' : `Run npm run contracts: ${differing.join(', ')}\n`);
    return differing.length === 0 ? 0 : 1;
  }
  const touched = write(files);
  process.stdout.write(`${files.size} files, ${touched.length} changed\n`);
  return 0;
}

process.exitCode = main();
