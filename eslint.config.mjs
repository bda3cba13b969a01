import boundaries from 'eslint-plugin-boundaries';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import typescript from 'typescript-eslint';

/** Who may import whom. A library not named here may import nothing of ours. */
const LIBRARIES = {
  ocpp: [],
  contracts: [],
  'embedded-sqlite': [],
  domain: ['contracts'],
  'event-bus': ['embedded-sqlite'],
  'event-store': ['embedded-sqlite'],
  'service-kit': [],
  redaction: [],
  certificates: [],
  tracing: [],
  'service-runtime': ['contracts', 'event-bus', 'event-store', 'read-model', 'service-kit', 'tracing'],
  'read-model': ['contracts', 'event-store', 'embedded-sqlite', 'tracing'],
  'charger-sim': ['ocpp', 'certificates'],
};
const APPS = {
  connect: ['certificates', 'ocpp', 'contracts', 'event-bus', 'redaction', 'service-kit', 'service-runtime', 'tracing'],
  core: [
    'certificates',
    'contracts',
    'domain',
    'event-bus',
    'event-store',
    'read-model',
    'redaction',
    'service-kit',
    'service-runtime',
    'tracing',
  ],
  api: [
    'ocpp',
    'contracts',
    'event-bus',
    'event-store',
    'read-model',
    'redaction',
    'service-kit',
    'service-runtime',
    'tracing',
  ],
  'depot-sim': ['ocpp', 'charger-sim'],
  standalone: [
    'certificates',
    'ocpp',
    'contracts',
    'event-bus',
    'event-store',
    'read-model',
    'service-kit',
    'service-runtime',
    'tracing',
    'charger-sim',
  ],
};
/** Only what composes the services may import them. */
const COMPOSES = { standalone: ['connect', 'core', 'api'] };

const elements = [
  ...Object.keys(LIBRARIES).map((name) => ({ type: `lib:${name}`, pattern: `libs/${name}` })),
  ...Object.keys(APPS).map((name) => ({ type: `app:${name}`, pattern: `apps/${name}` })),
  { type: 'tool', pattern: 'tools/*' },
  { type: 'example-testing', pattern: 'examples/testing' },
  { type: 'example', pattern: 'examples/*' },
];
const to = (type) => ({ to: { element: { type } } });
const policies = [
  ...Object.entries(LIBRARIES).map(([name, allowed]) => ({
    from: { element: { type: `lib:${name}` } },
    allow: [`lib:${name}`, ...allowed.map((other) => `lib:${other}`)].map(to),
  })),
  ...Object.entries(APPS).map(([name, allowed]) => ({
    from: { element: { type: `app:${name}` } },
    allow: [
      `app:${name}`,
      ...allowed.map((other) => `lib:${other}`),
      ...(COMPOSES[name] ?? []).map((other) => `app:${other}`),
    ].map(to),
  })),
  { from: { element: { type: 'tool' } }, allow: ['tool', 'lib:*', 'app:*'].map(to) },
  // Others are to copy them: nothing of ours but the types of what is on the topics.
  { from: { element: { type: 'example' } }, allow: ['example', 'lib:contracts'].map(to) },
  { from: { element: { type: 'example-testing' } }, allow: ['example-testing', 'lib:*', 'app:*'].map(to) },
];
/** A test may start the real server or the double it needs; an example's test, what it is an example for. */
const policiesOfTests = policies.map(({ from, allow }) => ({
  from,
  allow: [...allow, to('tool'), ...(from.element.type === 'example' ? [to('example-testing')] : [])],
}));

export default typescript.config(
  { ignores: ['**/dist/**', '**/generated/**', '**/node_modules/**', 'coverage/**', 'data/**', '.nx/**'] },
  ...typescript.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { boundaries, 'import-x': importX },
    settings: {
      'boundaries/elements': elements,
      'import/resolver': { [`${import.meta.dirname}/tools/lint/workspace-resolver.cjs`]: {} },
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: ['.ts', '.js'],
          conditionNames: ['@chargestream/source', 'node', 'require', 'default'],
        }),
      ],
    },
    rules: {
      'boundaries/dependencies': ['error', { default: 'disallow', policies }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.spec.ts', '**/e2e/**/*.ts', '**/testing/**/*.ts'],
    rules: {
      'boundaries/dependencies': ['error', { default: 'disallow', policies: policiesOfTests }],
      '@typescript-eslint/no-floating-promises': 'off',
      'max-lines': 'off',
    },
  },
  {
    files: ['**/*.cjs', '**/*.mjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
