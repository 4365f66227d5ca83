// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { Failure, serviceCommand, startChild, stopChild, withDeathSignal } = require('../process');
const { followLog, lastLines } = require('./log-follower');
const { becomesReady } = require('./ready');
const { supervise } = require('./supervisor');

/** What a service gets to finish what it has begun; with the servers behind it, all ends within ten seconds. */
const DRAIN_MS = 7_000;

/** A service that was never ready and has ended this often has something wrong that waiting does not cure. */
const TRIES = 3;

/**
 * @typedef {object} Service
 * @property {string} name
 * @property {string} script
 * @property {string} health the address that answers 200 when it is ready
 */

/**
 * @typedef {object} Surroundings
 * @property {NodeJS.ProcessEnv} env
 * @property {string} cwd
 * @property {string} logs the folder for log files
 * @property {boolean} verbose
 * @property {(line: string) => void} say
 */

/**
 * Starts a service and keeps it running.
 * @param {Service} service
 * @param {Surroundings} surroundings
 * @returns {{ ready: Promise<void>, stop: () => Promise<void> }} `ready` rejects when it cannot be got to run
 */
function startService({ name, script, health }, { env, cwd, logs, verbose, say }) {
  const logFile = path.join(logs, `${name}.log`);
  fs.writeFileSync(logFile, '', { mode: 0o600 });
  const follower = followLog(logFile, { all: verbose, show: (line) => say(`[${name}] ${line}`) });
  let wasReady = false;
  let stopped = false;
  /** @type {(failure: Error) => void} */
  let fail = () => {};
  const failed = new Promise((_, reject) => (fail = reject));

  const becomesReadyHere = () =>
    becomesReady(health, {
      givenUp: () => stopped,
      onWait: (state) => say(`${name} is not ready yet (${health}: ${state}).`),
    });

  const supervised = supervise({
    start: () => launch(serviceCommand([script]), { env, cwd, logFile }),
    onStart: (again) => {
      if (again && wasReady) void becomesReadyHere().then((ready) => ready && say(`${name} is ready again.`));
    },
    onEnd: ({ why, failures, pauseMs }) => {
      const last = verbose ? [] : lastLines(logFile, 12).map((line) => `[${name}] ${line}`);
      if (last.length > 0) say(last.join('\n'));
      if (!wasReady && failures >= TRIES) {
        fail(
          new Failure(`${name} ended ${TRIES} times before it was ready (${why}); its log is ${logFile}.`),
        );
      } else {
        say(`${name} ended (${why}); starting it again in ${pauseMs / 1000} s.`);
      }
    },
  });

  const first = becomesReadyHere().then(() => void (wasReady = true));
  return {
    ready: /** @type {Promise<void>} */ (Promise.race([first, failed])),
    stop: async () => {
      stopped = true;
      await supervised.stop();
      follower.stop();
    },
  };
}

/**
 * @param {string[]} argv
 * @param {{ env: NodeJS.ProcessEnv, cwd: string, logFile: string }} options
 */
async function launch(argv, { env, cwd, logFile }) {
  const log = fs.openSync(logFile, 'a', 0o600);
  try {
    const child = await startChild(withDeathSignal('TERM', argv), { env, cwd, stdio: ['ignore', log, log] });
    return { exited: child.exited, stop: () => stopChild(child, [['SIGTERM', DRAIN_MS]]) };
  } finally {
    fs.closeSync(log);
  }
}

module.exports = { startService };
