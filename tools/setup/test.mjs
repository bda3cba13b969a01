// npm test: installs what is missing, builds, checks types, lint and format, then runs every test.
// `npm test -- PATTERN` runs only the tests whose path matches, without the static checks.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build, install, run, script } from './steps.mjs';

const JEST_NODE_OPTIONS = '--experimental-vm-modules --disable-warning=ExperimentalWarning';

await script(async (args) => {
  await install();
  await build();
  if (args.length === 0) await staticChecks();
  return jest(args);
});

async function staticChecks() {
  const npx = (...args) => ['npx', ['--no-install', ...args]];
  await run('Checking types', ...npx('tsc', '-p', 'tsconfig.check.json'), { quiet: true });
  await run('Checking lint and boundaries', ...npx('eslint', '.', '--max-warnings', '0'), { quiet: true });
  await run('Checking format', ...npx('prettier', '--check', '--log-level', 'warn', '.'), { quiet: true });
}

async function jest(args) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'chargestream-test-'));
  const results = path.join(folder, 'results.json');
  try {
    const code = await run(
      'Running tests',
      'npx',
      ['--no-install', 'jest', '--json', `--outputFile=${results}`, ...args],
      { env: { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${JEST_NODE_OPTIONS}`.trim() }, allowFailure: true },
    );
    return report(JSON.parse(readFileSync(results, 'utf8')), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The last line of the output: the totals. A suite that could not even start counts as a failure. */
function report(results, code) {
  const skipped = results.numPendingTests + results.numTodoTests;
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  if (process.env.CI && skipped > 0) process.stderr.write('On CI a skipped test is a failure.\n');
  process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`);
  return code !== 0 || failed > 0 || results.numPassedTests === 0 || (process.env.CI && skipped > 0) ? 1 : 0;
}
