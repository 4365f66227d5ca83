// @ts-check

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** Who has run this long is no longer counted as failing to start. */
const STEADY_MS = 30_000;

/**
 * Something that runs until it ends or is stopped.
 * @typedef {object} Running
 * @property {Promise<import('@nexus-state/processes').Exit>} exited
 * @property {() => Promise<unknown>} stop
 */

/**
 * @typedef {object} Ended
 * @property {string} why
 * @property {number} failures in a row, this one included
 * @property {number} pauseMs until it is started again
 */

/**
 * Keeps something running: whenever it ends by itself it is started again, after a pause that doubles each time.
 * @param {object} plan
 * @param {() => Promise<Running>} plan.start
 * @param {(ended: Ended) => void} plan.onEnd
 * @param {(again: boolean) => void} [plan.onStart]
 * @returns {{ stop: () => Promise<void> }} `stop` ends it for good; twice is harmless
 */
function supervise({ start, onEnd, onStart = () => {} }) {
  /** @type {Running | undefined} */
  let current;
  let stopping = false;
  let wake = () => {};

  const life = async () => {
    for (let failures = 0, starts = 0; !stopping;) {
      const began = Date.now();
      const why = await once(starts++ > 0);
      if (stopping) return;
      failures = Date.now() - began > STEADY_MS ? 1 : failures + 1;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
      onEnd({ why, failures, pauseMs });
      await pause(pauseMs);
    }
  };

  /** @param {boolean} again */
  const once = async (again) => {
    try {
      current = await start();
      if (stopping) await current.stop();
      else onStart(again);
      return describe(await current.exited);
    } catch (error) {
      return /** @type {Error} */ (error).message;
    }
  };

  /** @param {number} ms */
  const pause = (ms) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });

  const living = life();
  return {
    stop: async () => {
      stopping = true;
      wake();
      await current?.stop();
      await living;
    },
  };
}

/** @param {import('@nexus-state/processes').Exit} exit */
function describe({ code, signal }) {
  return signal ? `signal ${signal}` : `exit code ${code}`;
}

module.exports = { supervise };
