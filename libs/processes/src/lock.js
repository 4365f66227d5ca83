// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { identityOf, isAlive } = require('./identity');

/**
 * Takes a lock file for this process, or says who has it. A lock whose holder is gone is taken over.
 * @param {string} file
 * @returns {{ release: () => void, takenOver: boolean } | { heldBy: number }}
 */
function tryLock(file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  fs.writeFileSync(mine, identityOf());
  try {
    for (let attempt = 0; attempt < 20; attempt++) {
      try {
        // link, unlike open, makes the file appear with its content, so a lock is never read without its holder.
        fs.linkSync(mine, file);
        return { release: () => release(file), takenOver: attempt > 0 };
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
      }
      const holder = liveHolder(file);
      if (holder) return { heldBy: holder };
      removeStale(file);
    }
    return { heldBy: 0 };
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

/**
 * Waits for a lock file and takes it.
 * @param {string} file
 * @param {(holder: number) => void} onWait called once, when another process has it
 */
async function lock(file, onWait) {
  for (let isNotified = false; ;) {
    const result = tryLock(file);
    if ('release' in result) return result;
    if (!isNotified) onWait(result.heldBy);
    isNotified = true;
    await sleep(250);
  }
}

/** @param {string} file */
function release(file) {
  if (read(file) === identityOf()) fs.rmSync(file, { force: true });
}

/**
 * @param {string} file
 * @returns {number | undefined}
 */
function liveHolder(file) {
  const content = read(file);
  const pid = Number.parseInt(content, 10);
  if (!(pid > 0) || !isAlive(pid)) return undefined;
  return identityOf(pid) === content ? pid : undefined;
}

/**
 * Moves the lock aside before removing it: of two that found it stale only one can, and should the other have taken
 * the lock by then, what was moved is alive and goes back.
 * @param {string} file
 */
function removeStale(file) {
  const aside = `${file}.stale.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    fs.renameSync(file, aside);
    if (liveHolder(aside)) fs.linkSync(aside, file);
  } catch {
    // Another process was quicker; the next attempt sees what it did.
  }
  fs.rmSync(aside, { force: true });
}

/** @param {string} file */
function read(file) {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

module.exports = { lock, tryLock };
