// npm run check:helm: lints the chart and renders it with each of the examples, and looks whether what comes out fits the
// services: only settings that they read and can start with, ports that agree, and time to drain. Needs helm (3.8 or newer)
// on the PATH: https://helm.sh/docs/intro/install
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { checkPods } from './check-pods.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const chart = path.join(here, 'chargestream');

function helm(...args) {
  const { status, stdout, stderr, error } = spawnSync('helm', args, { encoding: 'utf8' });
  if (error?.code === 'ENOENT') throw new Error('helm is not on the PATH: https://helm.sh/docs/intro/install');
  return { ok: status === 0, stdout, stderr };
}

const problems = [];
for (const example of readdirSync(path.join(here, 'examples'))) {
  const values = ['-f', path.join(here, 'examples', example)];
  const lint = helm('lint', '--strict', chart, ...values);
  if (!lint.ok) problems.push(`${example}: ${lint.stdout}${lint.stderr}`);
  const rendered = helm('template', 'check', chart, '--kube-version', '1.29.0', ...values);
  if (!rendered.ok) {
    problems.push(`${example}: ${rendered.stderr}`);
    continue;
  }
  const documents = parseAllDocuments(rendered.stdout);
  for (const { errors } of documents) problems.push(...errors.map((error) => `${example}: ${error.message}`));
  const objects = documents.map((document) => document.toJS()).filter((object) => object !== null);
  problems.push(...checkPods(objects).map((problem) => `${example}: ${problem}`));
  process.stdout.write(`${example}: ${objects.length} objects\n`);
}
if (helm('template', 'check', chart, '--kube-version', '1.29.0').ok) {
  problems.push('without kafka.brokers the chart must not render');
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exit(problems.length === 0 ? 0 : 1);
