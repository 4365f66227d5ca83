// @ts-check

/**
 * Tells the person at the terminal what is going on.
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
  const started = Date.now();
  const result = await step();
  say(`  ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  return result;
}

module.exports = { say, step };
