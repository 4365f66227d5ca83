import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import boundaries from 'eslint-plugin-boundaries';
import importX from 'eslint-plugin-import-x';
import jsoncParser from 'jsonc-eslint-parser';
import tseslint from 'typescript-eslint';
import { mayImport } from './tools/projects/may-import.js';

/** The subjects of the core: each has its rules (`model`), its ports, and its use cases. */
const subjects = [
  'audit',
  'context',
  'limits',
  'locks',
  'panels',
  'proposals',
  'snapshots',
  'turns',
  'workspaces',
];
/** The folders of `live`, and what of `live` each may import: what followers get, below what keeps the followers. */
const live = {
  'live-ports': [],
  'live-subscribers': ['live-ports'],
  'live-feeds': ['live-ports', 'live-subscribers'],
  'live-presence': ['live-ports', 'live-subscribers'],
  'live-hub': ['live-ports', 'live-subscribers', 'live-feeds', 'live-presence'],
};
const core = 'libs/state-core/src';
const inCore = (type, folder) => ({ type, pattern: `${core}/${folder}` });

/** What decides and does no I/O. */
const rules = ['errors', 'concurrency', 'model', 'group-commit'];

const from = (types, allowed) => ({
  from: { element: { types: { anyOf: types } } },
  allow: { to: { element: { types: { anyOf: allowed } } } },
});

/** What reaches out of the process: none of it belongs where decisions are made. */
const drivers = [
  '@nestjs/*',
  'typeorm',
  'pg',
  'ioredis',
  'bullmq',
  'fastify',
  'socket.io',
  'pino',
  '@opentelemetry/*',
];

/** What each kind of project may import: Nx refuses circles by itself. */
const depConstraints = Object.entries(mayImport).map(([kind, kinds]) => ({
  sourceTag: `type:${kind}`,
  onlyDependOnLibsWithTags: kinds.map((name) => `type:${name}`),
}));

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/*.cjs', '**/*.mjs', '.nexus/**', '.nx/**'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommended],
    plugins: { '@nx': nx, 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.base.json' })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          depConstraints,
        },
      ],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'max-lines': ['error', { max: 300 }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'off',
    },
  },
  {
    // Inside the core, imports flow one way: rooms know rooms, use cases know ports, adapters know neither each other.
    files: ['libs/state-core/src/**/*.ts'],
    ignores: ['**/*.spec.ts', 'libs/state-core/src/**/testing/**', 'libs/state-core/src/index.ts'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { typescript: { project: 'tsconfig.base.json' } },
      'boundaries/root-path': import.meta.dirname,
      'boundaries/elements': [
        inCore('errors', 'errors'),
        inCore('concurrency', 'concurrency'),
        ...subjects.flatMap((subject) => [
          inCore('model', `${subject}/model`),
          inCore('ports', `${subject}/ports`),
        ]),
        inCore('model', 'panels/history'),
        inCore('model', 'workspaces/access'),
        inCore('group-commit', 'panels/group-commit'),
        inCore('ports', 'ports'),
        ...subjects.map((subject) => inCore(subject, subject)),
        ...Object.keys(live).map((type) => inCore(type, type.replace('-', '/'))),
        inCore('live', 'live'),
        inCore('memory', 'memory'),
        { ...inCore('root', 'state-core.ts'), mode: 'file' },
      ],
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [
            from(['errors'], ['errors']),
            from(['concurrency'], ['concurrency', 'errors']),
            from(['model', 'group-commit'], ['model', 'group-commit', 'errors', 'concurrency', 'workspaces']),
            from(['ports'], [...rules, 'ports', 'limits', 'workspaces', 'live-ports']),
            ...subjects.map((subject) => from([subject], [...rules, 'ports', subject])),
            // Snapshots change panels and tell of workspaces; panels are counted, announced and guarded by them.
            from(['limits'], ['panels', 'workspaces', 'live-ports']),
            ...Object.entries(live).map(([type, below]) =>
              from([type], [...rules, 'ports', 'panels', 'workspaces', ...below, type]),
            ),
            from(['live'], Object.keys(live)),
            from(['panels'], ['snapshots', 'workspaces', 'live-ports']),
            from(['snapshots'], ['panels', 'proposals', 'workspaces']),
            from(['context'], ['panels', 'snapshots', 'workspaces', 'live-ports']),
            from(['workspaces'], ['model']),
            from(['turns'], ['panels', 'proposals', 'snapshots', 'workspaces', 'live-ports', 'locks']),
            from(['proposals'], ['panels', 'snapshots', 'workspaces', 'live-ports', 'locks']),
            from(['memory'], [...rules, 'ports', ...subjects, 'live-ports', 'memory']),
            from(['root'], [...rules, 'ports', ...subjects, ...Object.keys(live)]),
          ],
        },
      ],
    },
  },
  {
    files: [`${core}/**/*.ts`, 'libs/documents/src/**/*.ts'],
    ignores: ['**/*.spec.ts', `${core}/memory/**`, '**/testing/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: drivers, message: 'The domain knows no framework, no SQL, no Redis: use a port.' },
            {
              group: ['node:*', '!node:crypto'],
              message: 'The domain does no I/O: use a port.',
            },
          ],
        },
      ],
    },
  },
  {
    // These run in browsers, too; what reaches a file, a database or a test runner has a folder of its own.
    files: ['libs/state-store/src/{model,store,watch,memory,http}/**/*.ts', 'libs/state-store/src/index.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: [...drivers, '@photostructure/*', 'node:*'], message: 'Browsers have none of this.' },
            {
              group: [
                '**/{sqlite,postgres,conformance,testing}',
                '**/{sqlite,postgres,conformance,testing}/**',
              ],
              message: 'Backends and tests know the library, not the other way round.',
            },
          ],
        },
      ],
    },
  },
  {
    // One file puts an app together; everywhere else, what stands behind a port is unknown.
    files: ['apps/*/src/**/*.ts'],
    ignores: ['apps/*/src/composition.ts', '**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                '@nexus-state/{postgres,redis,bullmq,git,git-nodegit,wiring}',
                '@nexus-state/{postgres,redis,bullmq,git,git-nodegit}/*',
              ],
              message: 'Adapters are chosen in composition.ts alone.',
            },
            { group: ['@nexus-state/test-kit'], message: 'Only tests use the test kit.' },
          ],
        },
      ],
    },
  },
  {
    files: ['apps/console/src/web/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^@nexus-state/(?!react$)',
              message: 'The console is built on the hooks, as any page can be.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['apps/cli/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@nexus-state/*', '!@nexus-state/client'],
              message: 'The command line reaches the service through its client alone.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: [
      'libs/nest-kit/src/service/**',
      'libs/embedded/**',
      'libs/test-kit/**',
      '**/testing/**',
      '**/*.spec.ts',
      '**/migrate.ts',
      '**/queue-command.ts',
      '**/reencrypt.ts',
      // Its settings come with the process of each command.
      'apps/cli/{src/main.ts,e2e/**}',
      'apps/console/src/server/main.ts',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings are read once, by the configuration.' },
      ],
    },
  },
  {
    // There are no mocks: a fake must pass the contract suite of its port.
    files: ['**/*.spec.ts', '**/testing/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['fn', 'mock', 'spyOn', 'replaceProperty'].map((property) => ({
          object: 'jest',
          property,
          message: 'Use the adapter in memory, and FailingStore for what goes wrong.',
        })),
      ],
    },
  },
  {
    // What an image holds is what the package.json of its app and libs say: nothing may be there by chance.
    files: ['apps/*/src/**/*.{ts,tsx}', 'libs/**/src/**/*.ts'],
    ignores: ['**/*.spec.ts', 'libs/**/testing/**'],
    rules: {
      'import-x/no-extraneous-dependencies': [
        'error',
        { devDependencies: false, optionalDependencies: false, includeTypes: true },
      ],
    },
  },
  {
    // A package.json lists what its project imports: nothing less, nothing more.
    files: ['apps/*/package.json', 'libs/*/package.json', 'libs/adapters/*/package.json'],
    plugins: { '@nx': nx },
    languageOptions: { parser: jsoncParser },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          ignoredFiles: [
            '{projectRoot}/**/*.spec.{ts,tsx,js}',
            '{projectRoot}/**/testing/**',
            '{projectRoot}/e2e/**',
            '{projectRoot}/browser/**',
            '{projectRoot}/issuer/**',
            '{projectRoot}/*.config.{cjs,mjs}',
          ],
          // Packages that we declare because others need them as peers, or that are loaded by a name that is chosen at run time.
          ignoredDependencies: [
            '@fastify/static',
            '@mantine/hooks',
            '@nestjs/core',
            '@photostructure/sqlite',
            'reflect-metadata',
            'rxjs',
          ],
        },
      ],
    },
  },
  {
    files: ['tools/**/*.js', 'libs/processes/**/*.js'],
    extends: [...tseslint.configs.recommended],
    plugins: { '@nx': nx },
    languageOptions: { sourceType: 'commonjs' },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { allow: ['/libs/processes/src$'], depConstraints }],
      '@typescript-eslint/no-require-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 300 }],
    },
  },
  prettier,
);
