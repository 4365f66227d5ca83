// @ts-check
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { run } = require('../../process/run');
const { Failure } = require('../../process/failure');
const paths = require('../../paths');
const { reachableCopy } = require('./reachable-copy');

/**
 * How PostgreSQL is run: it refuses to be root, and initdb wants a user with a name.
 * @typedef {object} Account
 * @property {string[]} prefix what comes before the command
 * @property {string} binDir where this account finds the programs
 * @property {{ uid: number, gid: number }} owner who owns the data folder
 * @property {{ uid?: number, gid?: number }} spawn options for the child process
 */

const NOBODY = { uid: 65534, gid: 65534 };

/**
 * The first way that works here. As root, the files may lie where no other user may look (a home of mode 0700) and
 * user namespaces may be forbidden (containers), so each way is tried out on the folder and the programs.
 * @param {string} dataDir an existing folder
 * @param {string} binDir
 * @returns {Promise<Account>}
 */
async function findAccount(dataDir, binDir) {
  const own = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  if (own.uid !== 0 && hasName()) return { prefix: [], binDir, owner: own, spawn: {} };

  const isNew = fs.readdirSync(dataDir).length === 0;
  const ways = own.uid === 0 ? rootWays(fs.statSync(dataDir), isNew) : [() => inNamespace(binDir, own)];
  for (const way of ways) {
    const account = way(binDir);
    if (own.uid === 0 && isNew) fs.chownSync(dataDir, account.owner.uid, account.owner.gid);
    if (await works(account, dataDir)) return account;
  }
  throw new Failure(
    own.uid === 0
      ? `PostgreSQL does not run as root, and no other user can reach ${dataDir}: start as an ordinary user, or set DATABASE_URL.`
      : `PostgreSQL needs a user with a name and uid ${own.uid} has none: start as a user listed in /etc/passwd, or set DATABASE_URL.`,
  );
}

/** @typedef {{ uid: number, gid: number }} Owner */

/**
 * @param {Owner} folder
 * @param {boolean} isNew
 * @returns {((binDir: string) => Account)[]}
 */
function rootWays(folder, isNew) {
  const root = { uid: 0, gid: 0 };
  const other = isNew ? nobody() : { uid: folder.uid, gid: folder.gid };
  /** @param {string} binDir */
  const namespace = (binDir) => inNamespace(binDir, root);
  if (other.uid === 0) return [namespace];
  /** @param {string} binDir */
  const directly = (binDir) => ({ prefix: [], binDir, owner: other, spawn: other });
  /** @param {string} binDir */
  const withCapability = (binDir) => overridingPermissions(reachable(binDir), other);
  return isNew ? [directly, namespace, withCapability] : [directly, withCapability];
}

/** @param {string} binDir */
function reachable(binDir) {
  return binDir.startsWith(paths.nodeModules) ? reachableCopy(binDir) : binDir;
}

/**
 * Another user who may nevertheless walk through every folder to the data. The programs need a copy: they look for
 * themselves with access(2), which knows no capabilities.
 * @param {string} binDir
 * @param {Owner} owner
 * @returns {Account}
 */
function overridingPermissions(binDir, owner) {
  const identity = ['--reuid', String(owner.uid), '--regid', String(owner.gid), '--clear-groups'];
  const capability = ['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'];
  return { prefix: ['setpriv', ...identity, ...capability, '--'], binDir, owner, spawn: {} };
}

/**
 * The same user under another number, in a namespace of its own.
 * @param {string} binDir
 * @param {Owner} owner
 * @returns {Account}
 */
function inNamespace(binDir, owner) {
  const { uid, gid } = nobody();
  return {
    prefix: ['unshare', '-U', `--map-user=${uid}`, `--map-group=${gid}`, '--'],
    binDir,
    owner,
    spawn: {},
  };
}

/**
 * @param {Account} account
 * @param {string} dataDir
 */
async function works({ prefix, binDir, spawn }, dataDir) {
  const check = 'id -un >/dev/null && cd "$1" && test -x "$2" && exec "$2" --version';
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
