// @ts-check
const { setTimeout: sleep } = require('node:timers/promises');
const { say, step } = require('../../terminal/say');
const { tokenOf } = require('../json-client');
const { figuresOf } = require('../load/measure');
const { CONNECTIONS, WARM_UP_MS, order, tokenFor } = require('../run');
const { startStack } = require('../stack');
const { SteadyWriter } = require('./steady-writer');

/**
 * Measures the writes of a quiet workspace alone, and beside one that 64 connections of another user write as fast as they can through
 * the same process, in turn.
 * @param {import('../options').Options} options
 */
async function run(options) {
  const stack = await step('servers started', () => startStack(options, false));
  const writer = new SteadyWriter(stack.ours.port, tokenOf('quiet', stack.secret), 'quiet');
  const ms = options.seconds * 1_000;
  try {
    // The first order makes the panels of the busy workspace.
    await step('panels made', () => busy(stack, 1));
    await writer.write(during(sleep(WARM_UP_MS)));
    say(line('', ['writes', 'p50 ms', 'p95 ms', 'p99 ms', 'busy writes/s']));
    /** @type {Record<'alone' | 'beside', number[]>} */
    const all = { alone: [], beside: [] };
    for (let round = 1; round <= options.rounds; round++) {
      const alone = await writer.write(during(sleep(ms)));
      report(`${round} alone`, alone);
      const load = busy(stack, ms);
      await sleep(WARM_UP_MS);
      const beside = await writer.write(during(sleep(ms - WARM_UP_MS)));
      report(`${round} beside`, beside, (await load).figures.opsPerSecond);
      all.alone.push(...alone);
      all.beside.push(...beside);
    }
    const [alone, beside] = [report('all alone', all.alone), report('all beside', all.beside)];
    say(`\n  p99 beside a saturated workspace: ${(beside.p99Ms / alone.p99Ms).toFixed(2)} times that alone`);
  } finally {
    await stack.stop();
  }
}

/**
 * @param {import('../stack').Stack} stack
 * @param {number} measureMs
 */
function busy(stack, measureMs) {
  const tokens = Array.from({ length: CONNECTIONS }, (_, slot) => tokenFor(slot, stack.secret));
  const what = { scenario: 'update', side: /** @type {const} */ ('ours'), ...stack.ours, tokens };
  return order(stack.load, { ...what, warmUpMs: 0, measureMs });
}

/**
 * @param {Promise<unknown>} work
 * @returns {() => boolean} whether it still runs
 */
function during(work) {
  let runs = true;
  const end = () => void (runs = false);
  void work.then(end, end);
  return () => runs;
}

/**
 * @param {string} name
 * @param {number[]} latencies
 * @param {number} [busyRate]
 */
function report(name, latencies, busyRate) {
  const figures = figuresOf(latencies, Number.NaN, Number.NaN);
  const cells = [figures.p50Ms, figures.p95Ms, figures.p99Ms].map((value) => value.toFixed(1));
  say(line(name, [String(latencies.length), ...cells, busyRate?.toFixed(0) ?? '']));
  return figures;
}

/**
 * @param {string} name
 * @param {string[]} cells
 */
function line(name, cells) {
  return `  ${name.padEnd(12)}${cells.map((cell) => cell.padStart(14)).join('')}`.trimEnd();
}

module.exports = { run, during };
