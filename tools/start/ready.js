// @ts-check
const http = require('node:http');
const { setTimeout: sleep } = require('node:timers/promises');

/** How long to wait before saying what is waited for, and then between two times of saying it. */
const PATIENCE_MS = 10_000;

/**
 * Waits until a service says it is ready.
 * @param {string} url
 * @param {object} listener
 * @param {() => boolean} listener.givenUp asked between tries
 * @param {(state: string) => void} listener.onWait called now and then with the response of the service
 * @returns {Promise<boolean>} false when given up
 */
async function becomesReady(url, { givenUp, onWait }) {
  for (let tell = Date.now() + PATIENCE_MS; !givenUp(); await sleep(100)) {
    const state = await answer(url);
    if (state === 'HTTP 200') return true;
    if (Date.now() < tell) continue;
    onWait(state);
    tell = Date.now() + PATIENCE_MS;
  }
  return false;
}

/**
 * @param {string} url
 * @returns {Promise<string>}
 */
function answer(url) {
  return new Promise((resolve) => {
    const request = http.get(url, { timeout: 2_000, agent: false }, (response) => {
      response.resume();
      resolve(`HTTP ${response.statusCode}`);
    });
    request.on('timeout', () => request.destroy(new Error('no response within 2 s')));
    request.on('error', (error) => resolve(error.message));
  });
}

module.exports = { becomesReady };
