// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { run } = require('../../process/run');
const { lock } = require('../../process/lock');
const { Failure } = require('../../process/failure');
const paths = require('../../paths');
const { fetchPackages } = require('./debian-packages');

const NAMES = ['redis-server', 'valkey-server'];

/** BullMQ's oldest recommended server. */
const OLDEST = [6, 2];

const ADVICE =
  'install Redis 6.2 or newer (package redis-server) or Valkey, or set REDIS_URL to a running one.';

/**
 * A Redis or Valkey server to run: one that is installed, one fetched before, else one fetched now.
 * @typedef {object} Binary
 * @property {string} command
 * @property {NodeJS.ProcessEnv} env
 */

/**
 * @param {(message: string) => void} onProgress
 * @returns {Promise<Binary>}
 */
async function findRedis(onProgress) {
  const found = (await installed()) ?? (await fetched());
  if (found) return found;
  const { release } = await lock(path.join(paths.binaries, 'redis.lock'), () =>
    onProgress('waiting for another process that fetches Redis'),
  );
  try {
    return (await fetched()) ?? (await fetchNow(onProgress));
  } finally {
    release();
  }
}

/** @returns {Promise<Binary | undefined>} */
async function installed() {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean)) {
    for (const name of NAMES) {
      const command = path.join(folder, name);
      if (fs.existsSync(command) && (await isRecent(command, process.env)))
        return { command, env: process.env };
    }
  }
  return undefined;
}

const cache = () => path.join(paths.binaries, `redis-${process.platform}-${process.arch}`);

/** @returns {Promise<Binary | undefined>} */
async function fetched() {
  const command = path.join(cache(), 'usr', 'bin', 'redis-server');
  if (!fs.existsSync(command)) return undefined;
  const env = { ...process.env, LD_LIBRARY_PATH: libraryFolders(path.join(cache(), 'usr', 'lib')).join(':') };
  return (await isRecent(command, env)) ? { command, env } : undefined;
}

/**
 * @param {(message: string) => void} onProgress
 * @returns {Promise<Binary>}
 */
async function fetchNow(onProgress) {
  onProgress(
    'no Redis on this machine: fetching the package redis-server (about 2 MB, nothing is installed)',
  );
  const unfinished = `${cache()}.new`;
  fs.rmSync(unfinished, { recursive: true, force: true });
  fs.mkdirSync(unfinished, { recursive: true });
  const trouble = await fetchPackages(['redis-server', 'redis-tools'], unfinished, onProgress);
  if (trouble) {
    fs.rmSync(unfinished, { recursive: true, force: true });
    throw new Failure(`No Redis on this machine, and none could be fetched (${trouble}): ${ADVICE}`);
  }
  fs.rmSync(cache(), { recursive: true, force: true });
  fs.renameSync(unfinished, cache());
  const binary = await fetched();
  if (binary) return binary;
  throw new Failure(`The Redis that was fetched does not run on this machine: ${ADVICE}`);
}

/**
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 */
async function isRecent(command, env) {
  const { code, output } = await run([command, '--version'], { env });
  const [, major, minor] = output.match(/v=(\d+)\.(\d+)/)?.map(Number) ?? [];
  if (code !== 0 || major === undefined || minor === undefined) return false;
  return major > (OLDEST[0] ?? 0) || (major === OLDEST[0] && minor >= (OLDEST[1] ?? 0));
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function libraryFolders(folder) {
  if (!fs.existsSync(folder)) return [];
  const entries = fs.readdirSync(folder, { withFileTypes: true });
  const deeper = entries
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => libraryFolders(path.join(folder, entry.name)));
  return entries.some((entry) => entry.name.includes('.so')) ? [folder, ...deeper] : deeper;
}

module.exports = { findRedis };
