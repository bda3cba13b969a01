// Shared jest settings: swc for TypeScript (decorator metadata included), ES-module dependencies turned into CommonJS.
const path = require('node:path');

const typescript = [
  '@swc/jest',
  {
    swcrc: false,
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      target: 'es2022',
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

module.exports = (rootDir) => ({
  rootDir,
  displayName: path.basename(rootDir),
  testEnvironment: 'node',
  // Tests wait for what they expect, not for time to pass; a busy machine may take a while.
  testTimeout: 20_000,
  testMatch: ['<rootDir>/{src,e2e}/**/*.spec.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  // Workspace packages resolve to their sources, so tests need no build.
  testEnvironmentOptions: {
    customExportConditions: ['@chargestream/source', 'node', 'node-addons', 'require', 'default'],
  },
  transformIgnorePatterns: [],
  transform: { '^.+\\.ts$': typescript, '^.+\\.m?js$': path.join(__dirname, 'esm-dependencies.cjs') },
});
