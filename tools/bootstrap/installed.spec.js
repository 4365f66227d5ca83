// @ts-check
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { isInstalled, writeStamp } = require('./installed');

describe('what is installed', () => {
  /** @type {string} */
  let root;

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'nexus-installed-'));
    const wanted = { dependencies: { left: '1.0.0' } };
    const packages = {
      'node_modules/left': { version: '1.0.0', integrity: 'sha512-left' },
      'node_modules/left-darwin': { version: '1.0.0', integrity: 'sha512-darwin', optional: true },
    };
    write('package.json', wanted);
    write('package-lock.json', { packages: { '': wanted, ...packages } });
    write('node_modules/.package-lock.json', {
      packages: { 'node_modules/left': packages['node_modules/left'] },
    });
    write('node_modules/left/package.json', {});
  });

  afterEach(() => fs.rmSync(root, { recursive: true }));

  /** @param {string} name @param {unknown} content */
  function write(name, content) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), JSON.stringify(content));
  }

  it('is enough when npm itself installed what the lock says, optional packages of other systems aside', () => {
    expect(isInstalled(root)).toBe(true);
    expect(fs.existsSync(path.join(root, 'node_modules/.nexus-install-stamp'))).toBe(true);
  });

  it('is not enough after an install that was interrupted', () => {
    fs.rmSync(path.join(root, 'node_modules/.package-lock.json'));
    expect(isInstalled(root)).toBe(false);
  });

  it('is not enough when a package has gone, stamp or no stamp', () => {
    writeStamp(root);
    fs.rmSync(path.join(root, 'node_modules/left'), { recursive: true });
    expect(isInstalled(root)).toBe(false);
  });

  it('is not enough when the lock asks for another version', () => {
    writeStamp(root);
    write('package-lock.json', {
      packages: { 'node_modules/left': { version: '2.0.0', integrity: 'sha512-two' } },
    });
    expect(isInstalled(root)).toBe(false);
  });

  it('is not enough when package.json asks for what the lock does not know', () => {
    write('package.json', { dependencies: { left: '1.0.0', right: '1.0.0' } });
    expect(isInstalled(root)).toBe(false);
  });

  it('is not enough when the package.json of an app asks for what the lock does not know', () => {
    const app = { version: '1.0.0', dependencies: { left: '1.0.0' } };
    const packages = {
      'apps/door': app,
      'node_modules/left': { version: '1.0.0', integrity: 'sha512-left' },
    };
    write('package-lock.json', { packages: { '': app, ...packages } });
    write('node_modules/.package-lock.json', { packages });
    write('apps/door/package.json', app);
    expect(isInstalled(root)).toBe(true);
    write('apps/door/package.json', { dependencies: { left: '1.0.0', right: '1.0.0' } });
    expect(isInstalled(root)).toBe(false);
  });

  it('is enough when only something else in package.json changed', () => {
    writeStamp(root);
    write('package.json', { dependencies: { left: '1.0.0' }, scripts: { hello: 'true' } });
    expect(isInstalled(root)).toBe(true);
  });
});
