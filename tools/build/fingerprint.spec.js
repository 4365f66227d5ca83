// @ts-check
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { buildFingerprint, everythingBuilt } = require('./fingerprint');

describe('the fingerprint of a build', () => {
  /** @type {string} */
  let root;

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'nexus-build-'));
    write('libs/core/package.json', '{"scripts":{"build":"tsc"}}');
    write('libs/core/src/index.ts', 'one');
    write('libs/core/dist/index.js', 'one');
    write('libs/notes/package.json', '{}');
  });

  afterEach(() => fs.rmSync(root, { recursive: true }));

  /** @param {string} name @param {string} content */
  function write(name, content) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), content);
  }

  it.each([
    ['a source', 'libs/core/src/index.ts'],
    ['a new source', 'libs/core/src/new.ts'],
    ['what was built', 'libs/core/dist/index.js'],
    ['the lock', 'package-lock.json'],
  ])('changes with %s', (_what, file) => {
    const before = buildFingerprint(root);
    write(file, 'something else');
    expect(buildFingerprint(root)).not.toBe(before);
  });

  it.each([
    ['a spec', 'libs/core/src/index.spec.ts'],
    ['a project that is not built', 'libs/notes/src/index.ts'],
    ['a README', 'README.md'],
  ])('does not change with %s', (_what, file) => {
    const before = buildFingerprint(root);
    write(file, 'something else');
    expect(buildFingerprint(root)).toBe(before);
  });

  it('knows when a project has nothing built', () => {
    expect(everythingBuilt(root)).toBe(true);
    fs.rmSync(path.join(root, 'libs/core/dist'), { recursive: true });
    expect(everythingBuilt(root)).toBe(false);
  });
});
