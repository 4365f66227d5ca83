// @ts-check
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/**
 * A copy of the PostgreSQL programs where every user can reach them, made once and kept for the next start.
 * @param {string} binDir
 * @returns {string} the copy's folder of programs
 */
function reachableCopy(binDir) {
  const source = path.dirname(binDir);
  const { mtimeMs, size } = fs.statSync(path.join(binDir, 'postgres'));
  const name = crypto.createHash('sha256').update(`${source} ${mtimeMs} ${size}`).digest('hex').slice(0, 16);
  const place = path.join(os.tmpdir(), `nexus-postgres-${name}`);
  if (isOurs(place)) return path.join(place, path.basename(binDir));

  const unfinished = fs.mkdtempSync(`${place}-`);
  fs.cpSync(source, unfinished, { recursive: true, verbatimSymlinks: true });
  fs.chmodSync(unfinished, 0o755);
  try {
    fs.renameSync(unfinished, place);
    return path.join(place, path.basename(binDir));
  } catch {
    // The name is taken, by another start or by somebody who is not us; this copy serves as well.
    return path.join(unfinished, path.basename(binDir));
  }
}

/**
 * A folder for temporary files is everybody's, so what lies there under our name may be somebody else's trap.
 * @param {string} place
 */
function isOurs(place) {
  const stat = fs.lstatSync(place, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
}

module.exports = { reachableCopy };
