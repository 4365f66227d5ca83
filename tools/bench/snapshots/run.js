// @ts-check
const path = require('node:path');
const { GitSnapshotRepository, chooseGitEngine } = require('@nexus-state/state-core/git');
const { cpuTimeWithChildren } = require('../cpu');
const { bareOf, oursOf } = require('./scenarios');
const nodegit = require('../../nodegit/folders');

/**
 * @typedef {import('../run').Round} Round
 * @typedef {import('./scenarios').Side} Side
 */

/**
 * Measures snapshots, one after the other, against plain git on the same disk.
 * @param {string} scenario
 * @param {string} folder for the repositories
 * @param {{ rounds: number, seconds: number, engine: 'auto' | 'cli' | 'nodegit' }} options
 * @param {(number: number, round: Round) => void} onRound
 * @returns {Promise<import('../run').Result>}
 */
async function runSnapshotScenario(scenario, folder, { rounds, seconds, engine: choice }, onRound) {
  const { name, engine } = await chooseGitEngine(choice, nodegit.target);
  const repository = new GitSnapshotRepository({ root: path.join(folder, 'ours'), engine });
  const sides = { ours: oursOf(scenario, repository), bare: bareOf(scenario, path.join(folder, 'bare')) };
  for (const side of Object.values(sides)) await side.prepare();
  /** @type {Round[]} */
  const done = [];
  for (let number = 1; number <= rounds; number++) {
    const oursFirst = number % 2 === 1;
    const first = await measure(oursFirst ? sides.ours : sides.bare, seconds * 1_000);
    const second = await measure(oursFirst ? sides.bare : sides.ours, seconds * 1_000);
    const [ours, bare] = oursFirst ? [first, second] : [second, first];
    const round = { ours, bare, ratio: ours.opsPerSecond / bare.opsPerSecond };
    done.push(round);
    onRound(number, round);
  }
  return { scenario, rounds: done, checked: undefined, engine: name };
}

/**
 * @param {Side} side
 * @param {number} measureMs how long operations may take together; what they need beforehand does not count
 * @returns {Promise<import('../load/measure').Figures>}
 */
async function measure(side, measureMs) {
  await (
    await side.next()
  )();
  /** @type {number[]} */
  const latencies = [];
  let [spentMs, cpuUs] = [0, 0];
  while (spentMs < measureMs) {
    const operate = await side.next();
    const cpu = cpuTimeWithChildren(process.pid);
    const began = performance.now();
    await operate();
    const tookMs = performance.now() - began;
    cpuUs += cpuTimeWithChildren(process.pid) - cpu;
    spentMs += tookMs;
    latencies.push(tookMs);
  }
  const sorted = latencies.sort((a, b) => a - b);
  /** @param {number} share */
  const percentile = (share) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
  return {
    opsPerSecond: sorted.length / (spentMs / 1_000),
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
    cpuUsPerOp: cpuUs / sorted.length,
  };
}

module.exports = { runSnapshotScenario };
