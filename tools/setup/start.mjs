// npm start: installs what is missing, builds, and runs the whole system in one process on embedded storage.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { build, install, root, script } from './steps.mjs';

await script(async (args) => {
  await install();
  await build();
  return runStandalone(args);
});

/** The server gets the signals itself and stops in an orderly way; this process only waits for it. */
function runStandalone(args) {
  const main = path.join(root, 'apps/standalone/dist/main.js');
  const child = spawn(process.execPath, [main, ...args], { stdio: 'inherit', cwd: root });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ? 1 : code)));
}
