import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import boundaries from 'eslint-plugin-boundaries';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const core = (folder) => ({ type: folder, pattern: `libs/state-core/src/${folder}` });
const rooms = ['access', 'json', 'panel', 'patch', 'merge', 'history', 'snapshot', 'feed', 'commit', 'rate'];
const adapters = ['memory', 'postgres', 'redis', 'bullmq', 'git'];

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

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/*.cjs', '**/*.mjs', '.nexus/**', '.nx/**'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommended],
    plugins: { '@nx': nx, 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.base.json' })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          depConstraints: [
            { sourceTag: 'type:core', onlyDependOnLibsWithTags: ['type:core'] },
            { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: ['type:core'] },
            { sourceTag: 'type:kit', onlyDependOnLibsWithTags: ['type:core', 'type:contracts'] },
            { sourceTag: 'type:test', onlyDependOnLibsWithTags: ['type:core'] },
            {
              sourceTag: 'type:wiring',
              onlyDependOnLibsWithTags: ['type:core', 'type:contracts', 'type:kit'],
            },
            {
              sourceTag: 'type:app',
              onlyDependOnLibsWithTags: [
                'type:core',
                'type:contracts',
                'type:kit',
                'type:wiring',
                'type:test',
              ],
            },
          ],
        },
      ],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'max-lines': ['error', { max: 300 }],
      '@typescript-eslint/no-floating-promises': 'error',
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
    ignores: ['**/*.spec.ts', 'libs/state-core/src/testing/**', 'libs/state-core/src/index.ts'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { typescript: { project: 'tsconfig.base.json' } },
      'boundaries/root-path': import.meta.dirname,
      'boundaries/elements': [
        ...['errors', ...rooms, 'ports', 'use-cases'].map(core),
        ...adapters.map((name) => ({
          type: `adapter-${name}`,
          pattern: `libs/state-core/src/adapters/${name}`,
        })),
        { type: 'redis-address', pattern: 'libs/state-core/src/adapters/redis-address' },
      ],
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [
            from(rooms, [...rooms, 'errors']),
            from(['errors'], ['errors']),
            from(['ports'], [...rooms, 'errors', 'ports']),
            from(['use-cases'], [...rooms, 'errors', 'ports', 'use-cases']),
            ...adapters.map((name) =>
              from([`adapter-${name}`], [...rooms, 'errors', 'ports', `adapter-${name}`]),
            ),
            // Where Redis is, is the same for whatever is kept there.
            from(['redis-address'], ['redis-address']),
            from(['adapter-redis', 'adapter-bullmq'], ['redis-address']),
          ],
        },
      ],
    },
  },
  {
    files: [...rooms, 'errors', 'ports', 'use-cases'].map((room) => `libs/state-core/src/${room}/**/*.ts`),
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: drivers, message: 'The domain knows no framework, no SQL, no Redis: use a port.' },
            {
              group: ['node:*', '!node:crypto'],
              message: 'Rooms, ports and use cases do no I/O: use a port.',
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
              group: ['@nexus-state/state-core/*', '@nexus-state/wiring'],
              message: 'Adapters are chosen in composition.ts alone.',
            },
            { group: ['@nexus-state/test-kit'], message: 'Only tests use the test kit.' },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: [
      'libs/nest-kit/src/service/**',
      'libs/test-kit/**',
      '**/testing/**',
      '**/*.spec.ts',
      '**/migrate.ts',
      '**/queue-command.ts',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings are read once, by the configuration.' },
      ],
    },
  },
  {
    // What an image holds is what the package.json of its app and libs say: nothing may be there by chance.
    files: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts', 'libs/state-core/src/testing/**'],
    rules: {
      'import-x/no-extraneous-dependencies': [
        'error',
        { devDependencies: false, optionalDependencies: false, includeTypes: true },
      ],
    },
  },
  {
    files: ['tools/**/*.js'],
    extends: [...tseslint.configs.recommended],
    languageOptions: { sourceType: 'commonjs' },
    rules: {
      '@typescript-eslint/no-require-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 300 }],
    },
  },
  prettier,
);
