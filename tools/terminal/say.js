// @ts-check

/**
 * Prints a message for the person at the terminal.
 * @param {string} message
 */
function say(message) {
  process.stdout.write(`${message}\n`);
}

/**
 * Runs a step that may take a while, and says when it is done and how long it took.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} step
 * @returns {Promise<T>}
 */
async function step(name, step) {
  const began = Date.now();
  const result = await step();
  done(name, began);
  return result;
}

/**
 * Says that a step is done and how long it took.
 * @param {string} name
 * @param {number} beganMs
 */
function done(name, beganMs) {
  say(`  ${name} (${((Date.now() - beganMs) / 1000).toFixed(1)} s)`);
}

module.exports = { say, step, done };
