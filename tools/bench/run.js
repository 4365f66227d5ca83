// @ts-check
const { sign } = require('jsonwebtoken');
const { Failure } = require('../process');

const CONNECTIONS = 64;
const WARM_UP_MS = 1_000;

/**
 * @typedef {import('./load/measure').Figures} Figures
 *
 * @typedef {object} Round
 * @property {Figures} ours
 * @property {Figures} bare
 * @property {number} ratio our operations per second to the bare server's
 *
 * @typedef {object} Result
 * @property {string} scenario
 * @property {Round[]} rounds
 * @property {string} [engine] what took the snapshots
 * @property {string | undefined} checked what was found in the end, where nothing may be lost
 */

/**
 * Measures both sides in turn, so that a neighbour on the machine who comes and goes troubles both alike.
 * @param {string} scenario
 * @param {import('./stack').Stack} stack
 * @param {{ rounds: number, seconds: number }} options
 * @param {(number: number, round: Round) => void} onRound
 * @returns {Promise<Result>}
 */
async function runScenario(scenario, stack, { rounds, seconds }, onRound) {
  const tokens = Array.from({ length: CONNECTIONS }, (_, slot) => tokenFor(slot, stack.secret));
  /** @type {string | undefined} */
  let checked;
  /** @param {'ours' | 'bare'} side */
  const measure = async (side) => {
    const reply = await order(stack.load, {
      scenario,
      side,
      ...stack[side],
      tokens,
      warmUpMs: WARM_UP_MS,
      measureMs: seconds * 1_000,
    });
    if (side === 'ours') checked = reply.checked;
    return reply.figures;
  };
  /** @type {Round[]} */
  const done = [];
  for (let number = 1; number <= rounds; number++) {
    const first = await measure(number % 2 === 1 ? 'ours' : 'bare');
    const second = await measure(number % 2 === 1 ? 'bare' : 'ours');
    const [ours, bare] = number % 2 === 1 ? [first, second] : [second, first];
    const round = { ours, bare, ratio: ours.opsPerSecond / bare.opsPerSecond };
    done.push(round);
    onRound(number, round);
  }
  return { scenario, rounds: done, checked };
}

/**
 * A token of its own for each connection, all of one user.
 * @param {number} slot
 * @param {string} secret
 */
function tokenFor(slot, secret) {
  return sign({ sub: 'bench', jti: `connection-${slot}` }, secret, { algorithm: 'HS256', expiresIn: '1d' });
}

/**
 * @param {import('node:child_process').ChildProcess} load
 * @param {import('./load/main').Order} what
 * @returns {Promise<{ figures: Figures, checked: string | undefined }>}
 */
function order(load, what) {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Failure('The load generator has ended.'));
    load.once('exit', ended);
    load.once('message', (message) => {
      load.off('exit', ended);
      const reply = /** @type {import('./load/main').Reply} */ (message);
      if ('error' in reply) reject(new Failure(`${what.scenario}, ${what.side}: ${reply.error}`));
      else resolve(reply);
    });
    load.send(what);
  });
}

module.exports = { runScenario, order, tokenFor, CONNECTIONS, WARM_UP_MS };
