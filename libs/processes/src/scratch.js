// @ts-check
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { identityOf } = require('./identity');

const PREFIX = 'nexus-scratch-';
const OWNER = '.owner';

/**
 * Makes a temporary folder for this process. Other users may walk through it: PostgreSQL refuses to run as root, and
 * runs there as another user.
 * @param {string} name part of the folder's name, for a reader of the list of temporary files
 * @returns {string} its path
 */
function scratchFolder(name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `${PREFIX}${name}-`));
  fs.chmodSync(folder, 0o711);
  fs.writeFileSync(path.join(folder, OWNER), identityOf());
  return folder;
}

/** Removes the scratch folders of processes that were killed. */
function sweepScratchFolders() {
  for (const name of fs.readdirSync(os.tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = path.join(os.tmpdir(), name);
    try {
      const owner = fs.readFileSync(path.join(folder, OWNER), 'utf8');
      const quietMs = Date.now() - fs.statSync(folder).mtimeMs;
      // The children of a killed process get time to end.
      if (identityOf(Number.parseInt(owner, 10)) !== owner && quietMs > 60_000) removeFolder(folder);
    } catch {
      // It belongs to another user, or its owner has just removed it.
    }
  }
}

/**
 * Removes a folder with its content; a folder that does not exist is no error.
 * @param {string} folder
 */
function removeFolder(folder) {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

module.exports = { sweepScratchFolders, scratchFolder, removeFolder };
