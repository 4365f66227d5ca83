// @ts-check
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const paths = require('../paths');

const recipe = ['package.json', 'package-lock.json', 'probe.js', 'krb5-config', 'build.js'];

/** Where the services look for nodegit when nothing else is said: `GIT_NODEGIT_FOLDER`. */
const target = path.join(paths.data, 'nodegit');

/** Names what is built: another machine, Node.js or recipe gives another name. */
function fingerprint() {
  const { platform, arch, versions } = process;
  const system = [platform, arch, `abi${versions.modules}`, libc()].join('-');
  const hash = crypto.createHash('sha256');
  for (const name of recipe) hash.update(fs.readFileSync(path.join(__dirname, name)));
  return `nodegit-${system}-${hash.digest('hex').slice(0, 12)}`;
}

/** Where builds are kept for the next clone on this machine: the cache of this user (XDG Base Directory Specification). */
function cached() {
  const caches = process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache');
  return path.join(caches, 'nexus-state', fingerprint());
}

/** Native code for glibc does not run on musl, and what is built with a newer one may not run with an older. */
function libc() {
  /** @type {any} */
  const report = process.report.getReport();
  return `glibc${report.header.glibcVersionRuntime ?? 'none'}`;
}

module.exports = { target, cached, fingerprint };
