// @ts-check
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { run } = require('../../process/run');
const { Failure } = require('../../process/failure');

/**
 * How PostgreSQL is run: it refuses to be root, and initdb wants a user with a name.
 * @typedef {object} Account
 * @property {string[]} prefix what comes before the command
 * @property {{ uid: number, gid: number }} owner who owns the data folder
 * @property {{ uid?: number, gid?: number }} spawn options for the child process
 */

const NOBODY = { uid: 65534, gid: 65534 };

/**
 * The first way that works here. As root, files may lie where nobody else may look (a home of mode 0700) and user
 * namespaces may be forbidden (containers), so each way is tried out on the folder and the program.
 * @param {string} dataDir an existing folder
 * @param {string} binDir
 * @returns {Promise<Account>}
 */
async function findAccount(dataDir, binDir) {
  const { uid: ownUid, gid: ownGid } = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  if (ownUid !== 0 && hasName()) return { prefix: [], owner: { uid: ownUid, gid: ownGid }, spawn: {} };

  const folder = fs.statSync(dataDir);
  const isNew = fs.readdirSync(dataDir).length === 0;
  for (const account of ownUid === 0
    ? rootAccounts(folder, isNew)
    : [inNamespace({ uid: ownUid, gid: ownGid })]) {
    if (ownUid === 0 && isNew) fs.chownSync(dataDir, account.owner.uid, account.owner.gid);
    if (await works(account, dataDir, binDir)) return account;
  }
  throw new Failure(
    ownUid === 0
      ? `PostgreSQL does not run as root, and no other user can reach ${dataDir} or ${binDir}: start as an ordinary user, or set DATABASE_URL.`
      : `PostgreSQL needs a user with a name and uid ${ownUid} has none: start as a user listed in /etc/passwd, or set DATABASE_URL.`,
  );
}

/**
 * @param {{ uid: number, gid: number }} folder
 * @param {boolean} isNew
 * @returns {Account[]}
 */
function rootAccounts(folder, isNew) {
  if (!isNew && folder.uid === 0) return [inNamespace({ uid: 0, gid: 0 })];
  const owner = isNew ? nobody() : { uid: folder.uid, gid: folder.gid };
  return [{ prefix: [], owner, spawn: owner }, withCapability(owner), inNamespace({ uid: 0, gid: 0 })];
}

/**
 * Another user who may nevertheless walk through every folder, as root could.
 * @param {{ uid: number, gid: number }} owner
 * @returns {Account}
 */
function withCapability(owner) {
  const identity = ['--reuid', String(owner.uid), '--regid', String(owner.gid), '--clear-groups'];
  const capability = ['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'];
  return { prefix: ['setpriv', ...identity, ...capability, '--'], owner, spawn: {} };
}

/**
 * The same user under another number, in a namespace of its own.
 * @param {{ uid: number, gid: number }} owner
 * @returns {Account}
 */
function inNamespace(owner) {
  const { uid, gid } = nobody();
  return { prefix: ['unshare', '-U', `--map-user=${uid}`, `--map-group=${gid}`, '--'], owner, spawn: {} };
}

/**
 * @param {Account} account
 * @param {string} dataDir
 * @param {string} binDir
 */
async function works({ prefix, spawn }, dataDir, binDir) {
  const check = 'id -un >/dev/null && test -w "$1" && exec "$2" --version';
  const argv = [...prefix, '/bin/sh', '-c', check, 'sh', dataDir, path.join(binDir, 'postgres')];
  return (await run(argv, { ...spawn, cwd: '/' })).code === 0;
}

function hasName() {
  try {
    return os.userInfo().username !== '';
  } catch {
    return false;
  }
}

function nobody() {
  try {
    const line = fs.readFileSync('/etc/passwd', 'utf8').match(/^nobody:[^:]*:(\d+):(\d+):/m);
    return line ? { uid: Number(line[1]), gid: Number(line[2]) } : NOBODY;
  } catch {
    return NOBODY;
  }
}

module.exports = { findAccount };
