// @ts-check
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { identityOf } = require('../process/identity');

const PREFIX = 'nexus-scratch-';
const OWNER = '.owner';

/**
 * A folder of one's own that other users may walk through: PostgreSQL refuses to run as root and lives in it as
 * somebody else.
 * @param {string} name
 * @returns {string}
 */
function scratchFolder(name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `${PREFIX}${name}-`));
  fs.chmodSync(folder, 0o711);
  fs.writeFileSync(path.join(folder, OWNER), identityOf());
  return folder;
}

/** Removes the folders of processes that were killed before they could do it. */
function sweepScratchFolders() {
  for (const name of fs.readdirSync(os.tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = path.join(os.tmpdir(), name);
    try {
      const owner = fs.readFileSync(path.join(folder, OWNER), 'utf8');
      const quietMs = Date.now() - fs.statSync(folder).mtimeMs;
      // What a killed process ran gets the time to end.
      if (identityOf(Number.parseInt(owner, 10)) !== owner && quietMs > 60_000) removeFolder(folder);
    } catch {
      // Another user's, or just removed by its owner.
    }
  }
}

/** @param {string} folder */
function removeFolder(folder) {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/**
 * Starts a server in a folder of its own that goes when the server does, or cannot be started.
 * @template {import('./index').EmbeddedServer} Server
 * @param {string} name
 * @param {(dataDir: string) => Promise<Server>} start
 * @returns {Promise<Server>}
 */
async function startInScratchFolder(name, start) {
  const folder = scratchFolder(name);
  /** @param {() => Promise<void>} end */
  const thenRemove = (end) => async () => {
    await end();
    removeFolder(folder);
  };
  try {
    const server = await start(path.join(folder, 'data'));
    return { ...server, stop: thenRemove(server.stop), kill: thenRemove(server.kill) };
  } catch (error) {
    removeFolder(folder);
    throw error;
  }
}

module.exports = { startInScratchFolder, sweepScratchFolders, scratchFolder, removeFolder };
