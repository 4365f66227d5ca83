// @ts-check
const fs = require('node:fs');
const path = require('node:path');

/**
 * Makes the links between library names that the npm package cannot carry. Its install script would, but install
 * scripts are off here.
 * @param {string} packageFolder
 */
function restoreSymlinks(packageFolder) {
  const list = path.join(packageFolder, 'native', 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(fs.readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const link = path.join(packageFolder, target);
    const wanted = path.relative(path.dirname(link), path.join(packageFolder, source));
    if (readLink(link) === wanted) continue;
    fs.rmSync(link, { force: true });
    try {
      fs.symlinkSync(wanted, link);
    } catch (error) {
      // Two launchers may mend the same package at once.
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
  }
}

/** @param {string} link */
function readLink(link) {
  try {
    return fs.readlinkSync(link);
  } catch {
    return undefined;
  }
}

module.exports = { restoreSymlinks };
