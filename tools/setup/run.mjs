// npm run bench | dead-letters | depot-sim | kafka | rebuild-read-model: installs and builds like npm start, then runs the program.
import path from 'node:path';
import { become, build, install, root, script, StepFailed } from './steps.mjs';

const PROGRAMS = {
  bench: 'tools/bench/dist/main.js',
  connect: 'apps/connect/dist/main.js',
  core: 'apps/core/dist/main.js',
  api: 'apps/api/dist/main.js',
  'dead-letters': 'apps/core/dist/dead-letters-main.js',
  'depot-sim': 'apps/depot-sim/dist/main.js',
  contracts: 'tools/contracts/dist/main.js',
  cluster: 'tools/cluster/dist/main.js',
  'eventstore-double': 'tools/eventstore-double/dist/main.js',
  kafka: 'tools/kafka/dist/main.js',
  postgres: 'tools/postgres/dist/main.js',
  'rebuild-read-model': 'apps/standalone/dist/rebuild-read-model.js',
};

await script(async ([name, ...args]) => {
  const program = PROGRAMS[name];
  if (!program) throw new StepFailed(`There is no program "${name}"; there are: ${Object.keys(PROGRAMS).join(', ')}`);
  await install();
  await build();
  return become(['--expose-gc', path.join(root, program), ...args]);
});
