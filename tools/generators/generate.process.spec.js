// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { removeFolder, run, scratchFolder } = require('../process');
const paths = require('../paths');
const { generate } = require('./generate');

/** What generated files import as sources; everything else is there as a build. */
const SOURCES = [
  'libs/documents/src',
  'libs/contracts/src',
  'libs/state-core/src',
  'apps/state-api',
  'tests/e2e',
];

/** @type {string} */
let root;

beforeAll(() => {
  root = scratchFolder('generated');
  for (const folder of SOURCES)
    fs.cpSync(path.join(paths.root, folder), path.join(root, folder), {
      recursive: true,
      filter: (place) => !['dist', 'node_modules'].includes(path.basename(place)),
    });
  fs.copyFileSync(path.join(paths.root, 'tsconfig.base.json'), path.join(root, 'tsconfig.base.json'));
  fs.symlinkSync(paths.nodeModules, path.join(root, 'node_modules'));
});

afterAll(() => root && removeFolder(root));

/** The checked options of the compiler: sources of the copy where there are some. */
const source = (/** @type {string} */ file) => [`./libs/${file}.ts`];
const tsconfig = {
  extends: './tsconfig.base.json',
  compilerOptions: {
    composite: false,
    noEmit: true,
    resolveJsonModule: true,
    types: ['node', 'jest'],
    paths: {
      '@nexus-state/documents': source('documents/src/index'),
      '@nexus-state/contracts': source('contracts/src/index'),
      '@nexus-state/state-core': source('state-core/src/index'),
      '@nexus-state/state-core/testing': source('state-core/src/testing/index'),
      '@nexus-state/state-core/testing/*': source('state-core/src/testing/*'),
    },
  },
};

/** @param {string[]} files from the top of the copy */
async function typecheck(files) {
  const config = path.join(root, 'tsconfig.json');
  fs.writeFileSync(config, JSON.stringify({ ...tsconfig, files }));
  const tsc = path.join(paths.nodeModules, 'typescript-7', 'bin', 'tsc');
  return run([process.execPath, tsc, '-p', config], { cwd: root });
}

/** @param {string[]} specs from the top of the copy */
async function runSpecs(specs) {
  const config = path.join(root, 'jest.config.cjs');
  const preset = path.join(paths.root, 'jest.preset.cjs');
  fs.writeFileSync(
    config,
    `module.exports = { ...require(${JSON.stringify(preset)}).project(__dirname, 'generated'), modulePathIgnorePatterns: [] };`,
  );
  const jest = path.join(paths.nodeModules, 'jest', 'bin', 'jest.js');
  return run([process.execPath, jest, '-c', config, '--runInBand', ...specs], { cwd: root });
}

const isUnitSpec = (/** @type {string} */ file) => file.endsWith('.spec.ts') && !file.includes('/e2e/');

it.each([
  ['use case', ['use-case', 'panels', 'weigh-panel']],
  ['use case of another subject', ['use-case', 'workspaces', 'greet-owner']],
  ['adapter of a driver that has none', ['adapter', 'workspaces', 'workspace-notes', 'paper']],
  ['second adapter of a driver', ['adapter', 'snapshots', 'snapshot-notes', 'paper']],
  ['route', ['route', 'panels', 'newest-version']],
])('makes a %s that compiles, is formatted and passes its specs as it is', async (_what, args) => {
  const { files, insertions } = await generate(args, root);
  const all = [...Object.keys(files), ...insertions.map(({ file }) => file)];
  const sources = all.filter((file) => file.endsWith('.ts'));

  expect(await typecheck([...new Set([...sources, 'libs/state-core/src/index.ts'])])).toMatchObject({
    code: 0,
    output: '',
  });

  const prettier = path.join(paths.nodeModules, 'prettier', 'bin', 'prettier.cjs');
  const options = ['--config', path.join(paths.root, '.prettierrc.json'), '--check'];
  expect(await run([process.execPath, prettier, ...options, ...all], { cwd: root })).toMatchObject({
    code: 0,
  });

  const specs = all.filter(isUnitSpec);
  if (specs.length > 0) {
    const { code, output } = await runSpecs(specs);
    expect([code, output]).toEqual([
      0,
      expect.stringContaining(`${specs.length} passed, ${specs.length} total`),
    ]);
  }
});

it('makes a route whose errors of types are found', async () => {
  const file = 'apps/state-api/src/panels/newest-version.controller.ts';
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  fs.writeFileSync(path.join(root, file), text.replace('panelId: key.panelId', 'panelId: 1'));
  const { code, output } = await typecheck([file]);
  expect([code, output]).toEqual([expect.any(Number), expect.stringContaining('TS2322')]);
  expect(code).not.toBe(0);
});

it.each([
  [['use-case', 'panels', 'read-panel'], 'libs/state-core/src/panels/read-panel.ts is there already'],
  [['use-case', 'panels', 'ReadPanel'], 'write it in lower case with hyphens'],
  [['use-case', 'rooms', 'read-room'], 'The subject is rooms: it is one of'],
  [['socket', 'panels', 'read'], 'The kind is socket: it is one of use-case, adapter, route.'],
  [['route', 'panels'], 'The name of the route is missing'],
])('refuses %j in a sentence, and leaves the checkout as it was', async (args, sentence) => {
  const index = path.join(root, 'libs/state-core/src/panels/index.ts');
  const before = fs.readFileSync(index, 'utf8');
  await expect(generate(args, root)).rejects.toThrow(sentence);
  expect(fs.readFileSync(index, 'utf8')).toBe(before);
});
