const { existsSync, readFileSync, readdirSync } = require('node:fs');
const path = require('node:path');

// Nest 12 ships ES modules only. Jest on Node 20 cannot require() those, so swc compiles them to CommonJS too.
const esmOnly = ['@nestjs', '@bomb.sh', 'env-paths', 'file-type'];

const swc = (syntax, more = {}) => [
  '@swc/jest',
  {
    swcrc: false,
    jsc: {
      parser: { syntax, decorators: true, ...more.parser },
      transform: {
        legacyDecorator: true,
        decoratorMetadata: true,
        useDefineForClassFields: false,
        ...more.transform,
      },
      target: 'es2022',
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

/** Components of React. */
const tsx = swc('typescript', { parser: { tsx: true }, transform: { react: { runtime: 'automatic' } } });

const folders = ['libs', 'libs/adapters', 'apps'].flatMap((parent) =>
  readdirSync(path.join(__dirname, parent)).map((name) => path.join(__dirname, parent, name)),
);

/** The sources behind every entry point of our packages: specs run on these, so no build is needed first. */
const sources = Object.fromEntries(
  folders
    .filter((folder) => existsSync(path.join(folder, 'package.json')))
    .flatMap((folder) => {
      const { name, exports: entries = {} } = JSON.parse(
        readFileSync(path.join(folder, 'package.json'), 'utf8'),
      );
      return Object.entries(entries)
        .filter(([, entry]) => typeof entry === 'object')
        .map(([subpath, entry]) => [
          `^${name}${subpath.slice(1).replace('*', '(.+)')}$`,
          path.join(folder, sourceOf(entry).replace('*', '$1')),
        ]);
    }),
);

/** An entry that is a source itself needs no build: plain JavaScript. */
function sourceOf({ default: file }) {
  return file.startsWith('./src/') ? file : file.replace('./dist/', './src/').replace(/\.js$/, '.ts');
}

/** The Jest configuration of one project: specs run on the sources, so no build is needed first. */
exports.project = (rootDir, displayName) => ({
  displayName,
  rootDir,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/**/*.spec.{ts,tsx}'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  moduleNameMapper: sources,
  transform: { '^.+\\.ts$': swc('typescript'), '^.+\\.tsx$': tsx, '^.+\\.m?js$': swc('ecmascript') },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  setupFiles: ['reflect-metadata'],
  setupFilesAfterEnv: [path.join(__dirname, 'jest.setup.cjs')],
});
