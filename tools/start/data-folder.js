// @ts-check
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { Failure, tryLock } = require('../process');

/** Distinguishes our data folders from folders named by mistake. */
const MARKER = 'nexus-state-data';

/** What `npm start` keeps there. The default folder holds caches of the other tools too, which --fresh leaves alone. */
const CONTENTS = [
  ...['postgres', 'postgres.log', 'postgres.new', 'redis', 'redis.log', 'git', 'logs'],
  ...[
    'jwt-secret',
    'encryption-keys',
    'postgres-password',
    'redis-password',
    'token',
    'env',
    'ports.json',
    'addresses.json',
    MARKER,
  ],
];

/** How long a second start waits: for one that is stopping, and for one whose end has not shown itself yet. */
const STOPPING_MS = 12_000;
const UNNOTICED_MS = 1_500;

/**
 * @typedef {object} DataFolder
 * @property {boolean} leftBehind whether the launcher before this one was killed, so that what it ran may yet be ending
 * @property {() => void} stopping says that this process will soon be gone
 * @property {() => void} release
 */

/**
 * Takes the data folder for this process.
 * @param {string} folder
 * @param {{ fresh: boolean }} options `fresh`: delete what it holds first
 * @returns {Promise<DataFolder>}
 */
async function openDataFolder(folder, { fresh }) {
  const isOurs = fs.existsSync(path.join(folder, MARKER));
  if (fresh && !isOurs && hasOurNames(folder)) {
    throw new Failure(
      `${folder} does not look like a data folder of Nexus State, so --fresh does not delete it.`,
    );
  }
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
  } catch (error) {
    const reason = /** @type {Error} */ (error).message;
    throw new Failure(`The data folder ${folder} is not writable (${reason}); choose another with --data.`);
  }
  const farewell = path.join(folder, 'stopping');
  const { release, takenOver } = await take(folder, farewell);
  fs.rmSync(farewell, { force: true });
  if (fresh) remove(folder);
  fs.writeFileSync(
    path.join(folder, MARKER),
    'The data of one Nexus State installation. npm start -- --fresh deletes them.\n',
  );
  return {
    leftBehind: takenOver,
    stopping: () => fs.writeFileSync(farewell, ''),
    release: () => {
      fs.rmSync(farewell, { force: true });
      release();
    },
  };
}

/**
 * @param {string} folder
 * @param {string} farewell
 */
async function take(folder, farewell) {
  for (const began = Date.now(); ; await sleep(100)) {
    const result = tryLock(path.join(folder, 'lock'));
    if ('release' in result) return result;
    if (Date.now() - began < (fs.existsSync(farewell) ? STOPPING_MS : UNNOTICED_MS)) continue;
    throw new Failure(
      `Another npm start (process ${result.heldBy}) uses ${folder}: stop it, or choose another folder with --data.`,
    );
  }
}

/** @param {string} folder */
function hasOurNames(folder) {
  return fs.existsSync(folder) && fs.readdirSync(folder).some((name) => CONTENTS.includes(name));
}

/** @param {string} folder */
function remove(folder) {
  for (const name of CONTENTS) {
    try {
      fs.rmSync(path.join(folder, name), { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      throw new Failure(
        `${path.join(folder, name)} could not be deleted: ${/** @type {Error} */ (error).message}.`,
      );
    }
  }
}

/**
 * A secret that is made once and then kept, for this user's eyes only.
 * @param {string} file
 * @param {() => string} [make]
 * @returns {string}
 */
function keptSecret(file, make = () => crypto.randomBytes(36).toString('base64url')) {
  try {
    const kept = fs.readFileSync(file, 'utf8').trim();
    if (kept) return kept;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') {
      throw new Failure(
        `${file} cannot be read: it belongs to another user; choose another folder with --data.`,
      );
    }
  }
  const secret = make();
  writePrivate(file, `${secret}\n`);
  return secret;
}

/** A key for sensitive values, whose id says that production is to refuse it. */
function developmentKeys() {
  return `development:${crypto.randomBytes(32).toString('base64')}`;
}

/**
 * @param {string} file
 * @param {string} content
 */
function writePrivate(file, content) {
  fs.rmSync(file, { force: true });
  fs.writeFileSync(file, content, { mode: 0o600 });
}

module.exports = { developmentKeys, openDataFolder, keptSecret, writePrivate };
