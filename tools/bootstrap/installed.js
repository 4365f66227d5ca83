// @ts-check
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

/**
 * Whether node_modules holds what package-lock.json says. A stamp left by the last install answers it quickly; without
 * one, npm's own list of what it installed is compared with the lock. Either way every package must still be there.
 * @param {string} root
 * @returns {boolean}
 */
function isInstalled(root) {
  const installed = readPackages(path.join(root, 'node_modules', '.package-lock.json'));
  if (!installed) return false;
  const needed = Object.keys(installed).filter((place) => !installed[place]?.extraneous);
  if (!needed.every((place) => exists(root, place))) return false;
  if (readText(stampFile(root)) === fingerprint(root)) return true;
  if (!matchesLock(root, installed)) return false;
  writeStamp(root);
  return true;
}

/**
 * Remembers that what is installed is what is asked for.
 * @param {string} root
 */
function writeStamp(root) {
  try {
    fs.writeFileSync(stampFile(root), fingerprint(root));
  } catch {
    // Somebody else's node_modules may be read-only; then the comparison is made each time.
  }
}

/**
 * @typedef {object} Package
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 * @property {boolean} [peer]
 * @property {boolean} [extraneous] in the lock, though nothing in this checkout is or needs it
 */

/** @typedef {Record<string, Package>} Packages by the place they are installed in */

/**
 * @param {string} root
 * @param {Packages} installed
 */
function matchesLock(root, installed) {
  const locked = readPackages(path.join(root, 'package-lock.json'));
  if (!locked) return false;
  for (const [place, wanted] of Object.entries(locked)) {
    if (place === '') continue;
    const actual = installed[place];
    if (!actual && !wanted.optional && !wanted.devOptional && !wanted.peer) return false;
    if (actual && (actual.version !== wanted.version || actual.integrity !== wanted.integrity)) return false;
  }
  return asksForTheSame(root, locked);
}

/**
 * Whether every package.json of this checkout still asks for what the lock was made from.
 * @param {string} root
 * @param {Packages} locked
 */
function asksForTheSame(root, locked) {
  return ownPackages(locked).every((place) => {
    const manifest = JSON.parse(readText(path.join(root, place, 'package.json')) || '{}');
    return ['dependencies', 'devDependencies', 'optionalDependencies'].every((kind) => {
      const lockedOnes = /** @type {Record<string, unknown>} */ (locked[place] ?? {})[kind] ?? {};
      return sorted(manifest[kind] ?? {}) === sorted(lockedOnes);
    });
  });
}

/**
 * The folders of the packages that are developed here: the root, which is `''`, the apps and the libs.
 * @param {Packages} locked
 */
function ownPackages(locked) {
  return [...new Set(['', ...Object.keys(locked).filter((place) => !place.includes('node_modules/'))])];
}

/** @param {object} record */
function sorted(record) {
  return JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * @param {string} root
 * @returns {string}
 */
function fingerprint(root) {
  const hash = crypto.createHash('sha256').update(`${process.platform}-${process.arch}`);
  const lock = path.join(root, 'package-lock.json');
  hash.update(readText(lock));
  for (const place of ownPackages(readPackages(lock) ?? {}))
    hash.update(readText(path.join(root, place, 'package.json')));
  return hash.digest('hex');
}

/** @param {string} root */
const stampFile = (root) => path.join(root, 'node_modules', '.nexus-install-stamp');

/**
 * @param {string} root
 * @param {string} place
 */
function exists(root, place) {
  return fs.existsSync(path.join(root, place, 'package.json'));
}

/**
 * @param {string} file
 * @returns {Packages | undefined}
 */
function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

module.exports = { isInstalled, writeStamp };
