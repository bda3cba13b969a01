// npm start: installs what is missing, builds, and runs the whole system in one process on embedded storage.
import path from 'node:path';
import { become, build, install, root, script } from './steps.mjs';

await script(async (args) => {
  await install();
  await build();
  return become([path.join(root, 'apps/standalone/dist/main.js'), ...args]);
});
