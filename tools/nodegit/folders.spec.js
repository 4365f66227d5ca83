const path = require('node:path');
const { cached, fingerprint, target } = require('./folders');
const paths = require('../paths');

describe('where nodegit is kept', () => {
  const { XDG_CACHE_HOME } = process.env;
  afterEach(() => {
    delete process.env.XDG_CACHE_HOME;
    if (XDG_CACHE_HOME !== undefined) process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
  });

  it('is named after what it was built for, and with', () => {
    const { platform, arch, versions } = process;
    expect(fingerprint()).toMatch(/-[0-9a-f]{12}$/);
    expect(fingerprint()).toContain(`nodegit-${platform}-${arch}-abi${versions.modules}-`);
    expect(fingerprint()).toBe(fingerprint());
  });

  it('is the cache of the user, beside the folder in the checkout', () => {
    process.env.XDG_CACHE_HOME = '/caches';
    expect(cached()).toBe(path.join('/caches/nexus-state', fingerprint()));
    expect(target).toBe(path.join(paths.root, '.nexus/nodegit'));
  });
});
