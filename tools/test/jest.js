// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { settlesWithin, startChild, stopChild, withDeathSignal } = require('../process');
const paths = require('../paths');

/** How long Jest may take to end after its last test before it is ended. */
const LINGER_MS = 15_000;

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed a suite that could not run counts as one
 */

/**
 * Runs Jest over every project, with its usual output, and counts.
 * @param {string[]} args more arguments for Jest
 * @param {NodeJS.ProcessEnv} env
 * @param {string} folder where the count may be written
 * @param {(stop: () => void) => void} onStarted given a way to end the run early
 * @returns {Promise<Counts>}
 */
async function runJest(args, env, folder, onStarted) {
  const countFile = path.join(folder, 'count.json');
  const script = path.join(paths.nodeModules, 'jest', 'bin', 'jest.js');
  const argv = [process.execPath, script, ...withDefaults(args)];
  // A group of its own, because workers outlive a Jest that is ended; watch mode has to stay with the terminal's keys.
  const jest = await startChild(withDeathSignal('TERM', argv), {
    cwd: paths.root,
    detached: !isWatching(args),
    stdio: 'inherit',
    env: { ...env, NEXUS_TEST_COUNT_FILE: countFile },
  });
  onStarted(() => void stopChild(jest, [['SIGTERM', 3_000]]));
  const watcher = endLingering(jest, countFile, args);
  const { code } = await jest.exited;
  clearInterval(watcher);
  return count(countFile, code);
}

/** @param {string[]} args */
function withDefaults(args) {
  const given = (/** @type {string} */ name) =>
    args.some((arg) => arg === name || arg.startsWith(`${name}=`));
  const workers = ['--maxWorkers', '-w', '--runInBand', '-i'].some(given) ? [] : ['--maxWorkers=3'];
  const reporters = ['--reporters=default', `--reporters=${path.join(__dirname, 'count-reporter.js')}`];
  // `--config` takes one value, so that a file named next is not taken for a reporter.
  return [...workers, ...reporters, '--config', path.join(paths.root, 'jest.config.cjs'), ...args];
}

/** @param {string[]} args */
const isWatching = (args) => args.some((arg) => arg.startsWith('--watch'));

/**
 * A test that leaves a server or a timer open keeps Jest from ending, after everything has been counted.
 * @param {import('@nexus-state/processes').Child} jest
 * @param {string} countFile
 * @param {string[]} args
 */
function endLingering(jest, countFile, args) {
  if (isWatching(args)) return undefined;
  const timer = setInterval(async () => {
    if (!fs.existsSync(countFile)) return;
    clearInterval(timer);
    if (await settlesWithin(jest.exited, LINGER_MS)) return;
    process.stderr.write(
      '\nJest did not exit after its last test: a test left a handle open. Stopping Jest.\n',
    );
    await stopChild(jest, [['SIGTERM', 3_000]]);
  }, 500);
  return timer;
}

/**
 * @param {string} countFile
 * @param {number | null} code
 * @returns {Counts}
 */
function count(countFile, code) {
  try {
    const { passed, failed } = JSON.parse(fs.readFileSync(countFile, 'utf8'));
    // Jest may fail without a failing test, by a coverage threshold for one; ended as lingering, it has no code.
    return { passed, failed: failed === 0 && code ? 1 : failed };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

module.exports = { runJest };
