import { ESLint } from 'eslint';
import path from 'node:path';

const root = path.resolve(__dirname, '../../..');
const eslint = new ESLint({
  cwd: root,
  // The texts are not files of the project: rules that need types are not what is tested here.
  overrideConfig: {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: null } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-misused-promises': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
    },
  },
});

async function complaints(file: string, imported: string): Promise<(string | null)[]> {
  const code = `import * as imported from '${imported}';\nexport const value = imported;\n`;
  const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
  return (result?.messages ?? []).map((message) => message.ruleId);
}

describe('the boundaries between packages', () => {
  it.each([
    ['libs/domain/src/probe.ts', '@chargestream/event-store'],
    ['libs/domain/src/probe.ts', '../../event-bus/src/port'],
    ['libs/ocpp/src/probe.ts', '@chargestream/contracts'],
    ['libs/event-bus/src/probe.ts', '@chargestream/event-store'],
    ['apps/connect/src/probe.ts', '@chargestream/core'],
    ['apps/connect/src/probe.ts', '@chargestream/event-store'],
    ['apps/api/src/probe.ts', '@chargestream/connect'],
    ['apps/depot-sim/src/probe.ts', '@chargestream/standalone'],
    ['examples/daily-energy/src/probe.ts', '@chargestream/event-bus'],
  ])('%s may not import %s', async (file, imported) => {
    expect(await complaints(file, imported)).toContain('boundaries/dependencies');
  });

  it.each([
    ['libs/domain/src/probe.ts', '@chargestream/contracts'],
    ['apps/connect/src/probe.ts', '@chargestream/ocpp'],
    ['apps/standalone/src/probe.ts', '@chargestream/core'],
  ])('%s may import %s', async (file, imported) => {
    expect(await complaints(file, imported)).toEqual([]);
  });
});
