// @ts-check

/**
 * @typedef {import('./run').Result} Result
 * @typedef {import('./load/measure').Figures} Figures
 */

const header = row('', 'ops/s', 'p50 ms', 'p95 ms', 'p99 ms', 'CPU µs/op', 'ratio');

/**
 * @param {string} name
 * @param {{ ours: Figures, bare: Figures, ratio: number }} round
 */
function roundRows(name, { ours, bare, ratio }) {
  return `${figuresRow(`${name} ours`, ours, ratio.toFixed(2))}\n${figuresRow(`${name} bare`, bare, '')}`;
}

/**
 * @param {string} name
 * @param {Figures} figures
 * @param {string} ratio
 */
function figuresRow(name, { opsPerSecond, p50Ms, p95Ms, p99Ms, cpuUsPerOp }, ratio) {
  const ms = [p50Ms, p95Ms, p99Ms].map((value) => value.toFixed(1));
  return row(name, opsPerSecond.toFixed(0), ...ms, cpuUsPerOp.toFixed(0), ratio);
}

/**
 * @param {string} name
 * @param {...string} cells
 */
function row(name, ...cells) {
  return `  ${name.padEnd(14)}${cells.map((cell) => cell.padStart(10)).join('')}`.trimEnd();
}

/**
 * The median of each figure, taken by itself.
 * @param {Result} result
 */
function mediansOf({ rounds }) {
  return {
    ours: medianFigures(rounds.map(({ ours }) => ours)),
    bare: medianFigures(rounds.map(({ bare }) => bare)),
    ratio: median(rounds.map(({ ratio }) => ratio)),
  };
}

/**
 * @param {Figures[]} all
 * @returns {Figures}
 */
function medianFigures(all) {
  /** @param {keyof Figures} name */
  const of = (name) => median(all.map((figures) => figures[name]));
  return {
    opsPerSecond: of('opsPerSecond'),
    p50Ms: of('p50Ms'),
    p95Ms: of('p95Ms'),
    p99Ms: of('p99Ms'),
    cpuUsPerOp: of('cpuUsPerOp'),
  };
}

/**
 * @param {number[]} values
 * @returns {number}
 */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * One line for each target: the ratio where there is one, and the latencies.
 * @param {Result} result
 * @param {import('./targets').Target} target
 */
function verdicts(result, { title, ratio, p95Ms, p99Ms }) {
  const { ours, ratio: reached } = mediansOf(result);
  /** @param {boolean} met */
  const verdict = (met) => (met ? 'met    ' : 'not met');
  /**
   * @param {string} name
   * @param {number} ms
   * @param {number} most
   */
  const latency = (name, ms, most) =>
    `${verdict(ms <= most)} ${title} ${name}: ${ms.toFixed(1)} ms, at most ${most} ms`;
  const latencies = [latency('p95', ours.p95Ms, p95Ms), latency('p99', ours.p99Ms, p99Ms)];
  if (ratio === undefined) return latencies;
  return [
    `${verdict(reached >= ratio)} ${title}: ${reached.toFixed(2)} times the bare server, at least ${ratio}`,
    ...latencies,
  ];
}

module.exports = { header, roundRows, mediansOf, verdicts };
