// The steps that `npm start` and `npm test` share. Plain Node: nothing is installed yet when this runs.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const stamp = path.join(root, 'node_modules', '.chargestream-install');
const MINIMUM_NODE = [20, 19];

export class StepFailed extends Error {}

/** Runs a command in the repository's root, its output shown (or kept and shown only when it fails). */
export function run(title, command, args, { quiet = false, env = {}, allowFailure = false } = {}) {
  return new Promise((resolve, reject) => {
    const started = Date.now();
    if (title) process.stderr.write(`› ${title}…${quiet ? '' : '\n'}`);
    const child = spawn(command, args, {
      cwd: root,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      env: { ...process.env, NX_DAEMON: 'false', ...env },
      shell: process.platform === 'win32',
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      const ok = code === 0;
      if (title && quiet) process.stderr.write(` ${ok ? 'done' : 'failed'} (${seconds(started)})\n`);
      if (!ok && quiet) process.stderr.write(output);
      if (ok || allowFailure) resolve(code ?? 1);
      else reject(new StepFailed(`${title ?? command} failed (${signal ?? `exit code ${code}`})`));
    });
  });
}

function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

/**
 * Runs a program in this one's place: it gets the signals itself and stops in an orderly way, and its exit code is ours.
 * @returns its exit code; 1 when a signal ended it
 */
export function become(args) {
  const child = spawn(process.execPath, args, {
    stdio: 'inherit',
    cwd: root,
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ? 1 : code));
  });
}

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  throw new StepFailed(
    `ChargeStream needs Node ${MINIMUM_NODE.join('.')} or newer and this is ${process.version}: install one from nodejs.org`,
  );
}

/** Installs what package-lock.json names, unless exactly that is installed already. */
export async function install() {
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  const wanted = createHash('sha256')
    .update(lock)
    .update(`${process.platform}-${process.arch}-${process.versions.modules}`)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await run('Installing dependencies (about half a minute, once)', 'npm', ['ci', '--no-audit', '--no-fund'], {
    quiet: true,
  });
  writeFileSync(stamp, wanted);
}

export function nx(...args) {
  return ['npx', ['--no-install', 'nx', ...args]];
}

/** Builds every project; what has not changed comes from Nx's cache. */
export async function build() {
  await run('Building', ...nx('run-many', '-t', 'build', '--outputStyle=static'), { quiet: true });
}

/** Runs `main` and turns a failed step into a sentence and an exit code. */
export async function script(main) {
  try {
    checkNode();
    process.exitCode = (await main(process.argv.slice(2))) ?? 0;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
