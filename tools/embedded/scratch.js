// @ts-check
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/**
 * A folder of one's own that other users may walk through: PostgreSQL refuses to run as root and lives in it as
 * somebody else.
 * @param {string} name
 * @returns {string}
 */
function scratchFolder(name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `nexus-${name}-`));
  fs.chmodSync(folder, 0o711);
  return folder;
}

/** @param {string} folder */
function removeFolder(folder) {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

module.exports = { scratchFolder, removeFolder };
