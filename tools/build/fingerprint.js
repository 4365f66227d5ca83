// @ts-check
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const NOT_SOURCES = new Set(['node_modules', 'dist', 'coverage', 'test', 'e2e', '.nx']);
const SHARED = ['package-lock.json', 'package.json', 'nx.json', 'tsconfig.base.json'];

/**
 * The projects that are built: every folder of apps and libs whose package.json has a build script.
 * @param {string} root
 * @returns {string[]}
 */
function builtProjects(root) {
  return ['apps', 'libs', 'libs/adapters'].flatMap((group) =>
    entries(path.join(root, group))
      .map((entry) => path.join(root, group, entry.name))
      .filter((folder) => {
        try {
          return Boolean(
            JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).scripts?.build,
          );
        } catch {
          return false;
        }
      }),
  );
}

/**
 * A short text that changes when a source or something built from it does. Sizes and times stand for the contents:
 * reading them all would take as long as asking Nx.
 * @param {string} root
 * @returns {string}
 */
function buildFingerprint(root) {
  const hash = crypto.createHash('sha256');
  for (const name of SHARED) hash.update(describe(path.join(root, name)));
  for (const project of builtProjects(root)) {
    for (const file of sources(project)) hash.update(describe(file));
    for (const file of files(path.join(project, 'dist'), () => true)) hash.update(describe(file));
  }
  return hash.digest('hex');
}

/**
 * Whether every project has something built.
 * @param {string} root
 */
function everythingBuilt(root) {
  return builtProjects(root).every((project) => entries(path.join(project, 'dist')).length > 0);
}

/** @param {string} project */
function sources(project) {
  return files(project, (name) => !NOT_SOURCES.has(name) && !/\.spec\.[jt]sx?$/.test(name));
}

/**
 * @param {string} folder
 * @param {(name: string) => boolean} wanted
 * @returns {string[]}
 */
function files(folder, wanted) {
  return entries(folder)
    .filter((entry) => wanted(entry.name))
    .flatMap((entry) => {
      const place = path.join(folder, entry.name);
      return entry.isDirectory() ? files(place, wanted) : [place];
    });
}

/**
 * @param {string} folder
 * @returns {fs.Dirent[]}
 */
function entries(folder) {
  try {
    return fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

/** @param {string} file */
function describe(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  return `${file} ${stat?.size} ${stat?.mtimeMs}\n`;
}

module.exports = { buildFingerprint, everythingBuilt };
