import { transformSync } from '@swc/core';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as ocpp from '.';

const readme = readFileSync(path.join(__dirname, '../README.md'), 'utf8');
const examples = [...readme.matchAll(/^## (.+?)$|^```ts\n([\s\S]*?)^```$/gm)].reduce<
  Array<[heading: string, code: string]>
>((found, [, heading, code]) => {
  if (heading !== undefined) found.push([heading, '']);
  else found.push([found.at(-1)?.[0] ?? '', code!]);
  return found;
}, []);

/** What the code logs, line by line. */
async function run(code: string): Promise<string[]> {
  const options = {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  } as const;
  // Examples use await at their top level, as modules may.
  const imports = code.match(/^import .*$/gm) ?? [];
  const body = code.replaceAll(/^import .*$/gm, '');
  const source = `${imports.join('\n')}\nexport async function example() {\n${body}\n}`;
  const lines: string[] = [];
  const module = { exports: {} as { example(): Promise<void> } };
  const requireOcpp = (name: string) => {
    if (name !== '@chargestream/ocpp') throw new Error(`an example imports ${name}`);
    return ocpp;
  };
  const log = { log: (...parts: unknown[]) => lines.push(parts.map(String).join(' ')) };
  new Function('module', 'exports', 'require', 'console', transformSync(source, options).code)(
    module,
    module.exports,
    requireOcpp,
    log,
  );
  await module.exports.example();
  return lines;
}

describe('the examples of the README', () => {
  const withCode = examples.filter(([, code]) => code !== '');

  it('are there', () => {
    expect(withCode.length).toBeGreaterThanOrEqual(5);
  });

  it.each(withCode)('%s', async (_heading, code) => {
    const promised = [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => line);
    expect(promised).not.toEqual([]);
    expect(await run(code)).toEqual(promised);
  });
});
