// @ts-check
const { setTimeout: sleep } = require('node:timers/promises');
const { cpuTimes } = require('../cpu');

/**
 * What one side did in one round.
 * @typedef {object} Figures
 * @property {number} opsPerSecond
 * @property {number} p50Ms
 * @property {number} p95Ms
 * @property {number} p99Ms
 * @property {number} cpuUsPerOp processor time of the server, without that of its databases
 */

/**
 * Keeps every connection busy, and measures after a warm-up. Returns when every operation has its answer.
 * @param {import('./scenarios').Scenario} scenario
 * @param {import('./scenarios').Connection[]} connections
 * @param {Pick<import('./main').Order, 'pids' | 'warmUpMs' | 'measureMs'>} options
 * @returns {Promise<Figures>}
 */
async function measure(scenario, connections, { pids, warmUpMs, measureMs }) {
  /** @type {number[]} */
  const latencies = [];
  let measuring = false;
  let ended = false;
  const work = Promise.all(
    connections.map(async (connection, slot) => {
      while (!ended) {
        const began = performance.now();
        await scenario.operate(connection, slot);
        if (measuring) latencies.push(performance.now() - began);
      }
    }),
  );
  const timed = (async () => {
    await sleep(warmUpMs);
    const cpu = cpuTimes(pids);
    const began = performance.now();
    measuring = true;
    await sleep(measureMs);
    measuring = false;
    ended = true;
    return { seconds: (performance.now() - began) / 1_000, cpuUs: cpuTimes(pids) - cpu };
  })();
  await Promise.race([work, timed]);
  const { seconds, cpuUs } = await timed;
  await work;

  return figuresOf(latencies, seconds, cpuUs);
}

/**
 * @param {readonly number[]} latencies of each operation, in milliseconds
 * @param {number} seconds it took
 * @param {number} cpuUs the servers took
 * @returns {Figures}
 */
function figuresOf(latencies, seconds, cpuUs) {
  const sorted = Float64Array.from(latencies).sort();
  /** @param {number} share */
  const percentile = (share) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
  return {
    opsPerSecond: sorted.length / seconds,
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
    cpuUsPerOp: cpuUs / sorted.length,
  };
}

module.exports = { measure, figuresOf };
