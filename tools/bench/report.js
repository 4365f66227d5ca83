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
 * One line for each target.
 * @param {Result} result
 * @param {import('./targets').Target} target
 */
function verdicts(result, { title, ratio, latencyOf, p95Ms }) {
  const medians = mediansOf(result);
  /** @param {boolean} met */
  const verdict = (met) => (met ? 'met    ' : 'not met');
  return [
    `${verdict(medians.ratio >= ratio)} ${title}: ${medians.ratio.toFixed(2)} times the bare server, at least ${ratio}`,
    `${verdict(medians.ours.p95Ms <= p95Ms)} ${latencyOf} p95: ${medians.ours.p95Ms.toFixed(1)} ms, at most ${p95Ms} ms`,
  ];
}

module.exports = { header, roundRows, mediansOf, verdicts };
