// @ts-check
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { buildStamp } = require('./stamp');

describe('the stamp of a build', () => {
  /** @type {string} */
  let root;

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'nexus-build-'));
    write('libs/adapters/core/src/index.ts', 'one');
    write('libs/adapters/core/dist/index.js', 'one');
  });

  afterEach(() => fs.rmSync(root, { recursive: true }));

  /** @param {string} name @param {string} content */
  function write(name, content) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), content);
  }

  it.each([
    ['a source', 'libs/adapters/core/src/index.ts'],
    ['a new source', 'libs/adapters/core/src/new.ts'],
    ['what was built', 'libs/adapters/core/dist/index.js'],
    ['the lock', 'package-lock.json'],
  ])('changes with %s', (_what, file) => {
    const before = buildStamp(root);
    write(file, 'something else');
    expect(buildStamp(root)).not.toBe(before);
  });

  it.each([
    ['a spec', 'libs/adapters/core/src/index.spec.ts'],
    ['an end-to-end spec', 'libs/door/e2e/door.ts'],
    ['a README', 'libs/adapters/core/README.md'],
  ])('does not change with %s', (_what, file) => {
    fs.mkdirSync(path.join(root, 'apps/door'), { recursive: true });
    const before = buildStamp(root);
    write(file, 'something else');
    expect(buildStamp(root)).toBe(before);
  });

  it('changes when what was built is gone', () => {
    const before = buildStamp(root);
    fs.rmSync(path.join(root, 'libs/adapters/core/dist'), { recursive: true });
    expect(buildStamp(root)).not.toBe(before);
  });
});
