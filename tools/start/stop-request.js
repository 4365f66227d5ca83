// @ts-check
const { exitCodeFor, onStopSignal } = require('../terminal/signals');

/** What is not stopped by then is left to the guard, which ends it with this process. */
const LAST_RESORT_MS = 9_500;

/**
 * The wish to stop, however it comes.
 * @typedef {object} StopRequest
 * @property {Promise<NodeJS.Signals>} promise
 * @property {() => boolean} made
 * @property {<T>(work: () => Promise<T>) => Promise<T>} interrupting runs work that the wish may simply cut off
 */

/** @returns {StopRequest} */
function stopRequest() {
  /** @type {NodeJS.Signals | undefined} */
  let made;
  let cutOff = false;
  /** @type {(signal: NodeJS.Signals) => void} */
  let resolve;
  const promise = /** @type {Promise<NodeJS.Signals>} */ (new Promise((settle) => (resolve = settle)));
  onStopSignal((signal) => {
    made = signal;
    if (cutOff) process.exit(exitCodeFor(signal));
    setTimeout(() => process.exit(exitCodeFor(signal)), LAST_RESORT_MS).unref();
    resolve(signal);
  });
  return {
    promise,
    made: () => made !== undefined,
    interrupting: async (work) => {
      cutOff = true;
      try {
        return await work();
      } finally {
        cutOff = false;
      }
    },
  };
}

module.exports = { stopRequest };
