import { spawn } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');
const NODE_OPTIONS = '--experimental-vm-modules --disable-warning=ExperimentalWarning';

/**
 * Runs the end-to-end tests of the standalone program with E2E_SYSTEM=cluster: the same files, and each brings up a cluster
 * instead of the one process. Resolves with jest's exit code.
 */
export function runE2e(pattern: string | null): Promise<number> {
  const jest = path.join(ROOT, 'node_modules/jest/bin/jest.js');
  const files = pattern === null ? 'e2e/(session|live|crash)' : `e2e/.*${pattern}`;
  // Bringing up a cluster takes a while.
  const args = ['--selectProjects', 'standalone', '--runInBand', '--testTimeout=240000', '--testPathPatterns', files];
  const child = spawn(process.execPath, [jest, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, NODE_OPTIONS, E2E_SYSTEM: 'cluster' },
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
