import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const steps = pathToFileURL(path.resolve(__dirname, '../../setup/steps.mjs')).href;

const PROGRAM = `
process.on('SIGTERM', () => setTimeout(() => { console.log('stopped in order'); process.exit(7); }, 20));
setInterval(() => undefined, 1000);
console.log('running');
`;

describe('npm run of a program', () => {
  it('passes signals on, waits for the program, and ends with its exit code', async () => {
    const code = `const { become } = await import(${JSON.stringify(steps)}); process.exitCode = await become(['-e', ${JSON.stringify(PROGRAM)}]);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', code], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    let out = '';
    parent.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out === 'running\n') parent.kill('SIGTERM');
    });
    const [exitCode] = (await once(parent, 'close')) as [number];
    expect([out, exitCode]).toEqual(['running\nstopped in order\n', 7]);
  });
});
