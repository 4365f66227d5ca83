// @ts-check

/**
 * The files of a project of adapters that has no adapter yet.
 * @param {string} folder
 * @param {import('./names').Names} driver
 * @returns {Record<string, string>}
 */
function adapterProject(folder, { file, words }) {
  const tsc = 'node ../../../node_modules/typescript-7/bin/tsc';
  const manifest = {
    name: `@nexus-state/${file}`,
    version: '0.1.0',
    private: true,
    license: 'MIT',
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    scripts: {
      build: `${tsc} -b tsconfig.build.json`,
      typecheck: `${tsc} -p tsconfig.json`,
      lint: 'eslint .',
      test: 'node ../../../tools/test/unit-main.js',
    },
    dependencies: { '@nexus-state/state-core': '*' },
    nx: { tags: ['type:adapter'] },
  };
  const build = {
    extends: '../../../tsconfig.base.json',
    compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/tsconfig.tsbuildinfo' },
    include: ['src/**/*.ts'],
    exclude: ['src/**/*.spec.ts', 'src/testing/**'],
    references: [{ path: '../../../libs/state-core/tsconfig.build.json' }],
  };
  const check = {
    extends: '../../../tsconfig.base.json',
    compilerOptions: { composite: false, noEmit: true, types: ['node', 'jest'] },
    include: ['src/**/*.ts'],
  };
  return {
    [`${folder}/package.json`]: JSON.stringify(manifest),
    [`${folder}/tsconfig.build.json`]: JSON.stringify(build),
    [`${folder}/tsconfig.json`]: JSON.stringify(check),
    [`${folder}/jest.config.cjs`]: `
const { project } = require('../../../jest.preset.cjs');

module.exports = project(__dirname, '${file}');
`,
    [`${folder}/README.md`]: `
# @nexus-state/${file}

The adapters of ${words}.

## Front door

\`src/index.ts\`: one class for each port.

## Who imports it

\`libs/wiring\` and the \`composition.ts\` of each app. It imports \`state-core\`; \`test-kit\` in specs.

## Test it

\`npm test -- ${folder}\` runs the contract suites of the ports.
`,
  };
}

module.exports = { adapterProject };
