const path = require('node:path');

// Nest 12 ships ES modules only. Jest on Node 20 cannot require() those, so swc compiles them to CommonJS too.
const esmOnly = ['@nestjs', 'file-type'];

const swc = (syntax) => [
  '@swc/jest',
  {
    swcrc: false,
    jsc: {
      parser: { syntax, decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      target: 'es2022',
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

const lib = (name, entry) => path.join(__dirname, 'libs', name, 'src', entry);

/** The Jest configuration of one project: specs run on the sources, so no build is needed first. */
exports.project = (rootDir, displayName) => ({
  displayName,
  rootDir,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  moduleNameMapper: {
    '^@nexus-state/([a-z-]+)$': lib('$1', 'index.ts'),
    '^@nexus-state/state-core/testing$': lib('state-core', 'testing/index.ts'),
    '^@nexus-state/state-core/(memory|postgres|redis|bullmq|git)$': lib('state-core', 'adapters/$1/index.ts'),
  },
  transform: { '^.+\\.ts$': swc('typescript'), '^.+\\.m?js$': swc('ecmascript') },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  setupFiles: ['reflect-metadata'],
  setupFilesAfterEnv: [path.join(__dirname, 'jest.setup.cjs')],
});
