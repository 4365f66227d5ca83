// @ts-check
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { isDeepStrictEqual } = require('node:util');

/**
 * Whether node_modules holds what package-lock.json and every package.json ask for. A stamp of the last install answers
 * it; where another command has installed, npm's own list of what it installed has to be that of the lock.
 * @param {string} root
 * @returns {boolean}
 */
function isInstalled(root) {
  const installed = packagesIn(path.join(root, 'node_modules', '.package-lock.json'));
  const locked = packagesIn(path.join(root, 'package-lock.json'));
  if (!installed || !locked) return false;
  const isThere = (/** @type {string} */ place) => fs.existsSync(path.join(root, place, 'package.json'));
  if (!Object.keys(installed).every((place) => installed[place]?.extraneous || isThere(place))) return false;
  if (readText(stampFile(root)) === fingerprint(root)) return true;
  if (!isWhatTheLockSays(installed, locked) || !ownPackages(root).every(asksForWhat(locked))) return false;
  writeStamp(root);
  return true;
}

/**
 * Remembers that what is installed is what is asked for.
 * @param {string} root
 */
function writeStamp(root) {
  try {
    // A new file each time: node_modules may be a copy of hard links, and the old file that of another checkout.
    fs.rmSync(stampFile(root), { force: true });
    fs.writeFileSync(stampFile(root), fingerprint(root));
  } catch {
    // node_modules of another user may be read-only; then the lists are compared each time.
  }
}

/** @typedef {Record<string, Record<string, unknown>>} Packages by the place they are installed in */

/** @param {Packages} installed @param {Packages} locked */
function isWhatTheLockSays(installed, locked) {
  return Object.entries(locked).every(([place, wanted]) => {
    const actual = installed[place];
    if (!actual) return place === '' || wanted['optional'] || wanted['devOptional'] || wanted['peer'];
    return actual['version'] === wanted['version'] && actual['integrity'] === wanted['integrity'];
  });
}

/** @param {Packages} locked @returns {(own: { place: string, text: string }) => boolean} */
function asksForWhat(locked) {
  return ({ place, text }) => {
    const manifest = JSON.parse(text || '{}');
    return ['dependencies', 'devDependencies', 'optionalDependencies'].every((kind) =>
      isDeepStrictEqual(manifest[kind] ?? {}, locked[place]?.[kind] ?? {}),
    );
  };
}

/** The packages that are developed here: the root, the apps and the libs, as the lock lists them. @param {string} root */
function ownPackages(root) {
  const locked = packagesIn(path.join(root, 'package-lock.json')) ?? {};
  const places = new Set(['', ...Object.keys(locked).filter((place) => !place.includes('node_modules/'))]);
  return [...places].map((place) => ({ place, text: readText(path.join(root, place, 'package.json')) }));
}

/** @param {string} root */
function fingerprint(root) {
  const hash = crypto.createHash('sha256').update(`${process.platform}-${process.arch}`);
  hash.update(readText(path.join(root, 'package-lock.json')));
  for (const { text } of ownPackages(root)) hash.update(text);
  return hash.digest('hex');
}

/** @param {string} root */
const stampFile = (root) => path.join(root, 'node_modules', '.nexus-install-stamp');

/** @param {string} file @returns {Packages | undefined} */
function packagesIn(file) {
  try {
    return JSON.parse(readText(file)).packages;
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
