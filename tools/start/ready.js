// @ts-check
const http = require('node:http');
const { setTimeout: sleep } = require('node:timers/promises');

/**
 * Waits until a service says it is ready.
 * @param {string} url
 * @param {() => boolean} givenUp asked between tries
 * @returns {Promise<boolean>} false when given up
 */
async function becomesReady(url, givenUp) {
  while (!givenUp()) {
    if ((await status(url)) === 200) return true;
    await sleep(100);
  }
  return false;
}

/**
 * @param {string} url
 * @returns {Promise<number>} 0 when nothing answers
 */
function status(url) {
  return new Promise((resolve) => {
    const request = http.get(url, { timeout: 2_000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(0));
  });
}

module.exports = { becomesReady };
