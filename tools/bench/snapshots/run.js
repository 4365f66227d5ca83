// @ts-check
const path = require('node:path');
const { GitSnapshotRepository } = require('@nexus-state/git');
const { chooseGitEngine } = require('@nexus-state/git-nodegit');
const { cpuTimeWithChildren } = require('../cpu');
const { sign } = require('jsonwebtoken');
const { doorOf } = require('./door');
const { bareOf, oursOf } = require('./scenarios');
const nodegit = require('../../nodegit/folders');

/**
 * @typedef {import('../run').Round} Round
 * @typedef {import('./scenarios').Side} Side
 */

/**
 * @typedef {object} Options
 * @property {number} rounds
 * @property {number} seconds
 * @property {'auto' | 'cli' | 'nodegit'} engine
 */

/**
 * Measures snapshots without the rest of the service, against plain git on the same disk.
 * @param {string} scenario
 * @param {string} folder for the repositories
 * @param {Options} options
 * @param {(number: number, round: Round) => void} onRound
 * @returns {Promise<import('../run').Result>}
 */
async function runSnapshotScenario(scenario, folder, options, onRound) {
  const { name, engine } = await chooseGitEngine(options.engine, nodegit.target);
  const repository = new GitSnapshotRepository({ root: path.join(folder, 'ours'), engine });
  const sides = { ours: oursOf(scenario, repository), bare: bareOf(scenario, path.join(folder, 'bare')) };
  return { scenario, rounds: await measureRounds(sides, options, onRound), checked: undefined, engine: name };
}

/**
 * Measures snapshots through the door, against plain git on the same disk.
 * @param {'snapshot' | 'load'} scenario
 * @param {import('../stack').Stack} stack
 * @param {string} folder for the bare repositories
 * @param {Options} options
 * @param {(number: number, round: Round) => void} onRound
 * @returns {Promise<import('../run').Result>}
 */
async function runDoorScenario(scenario, stack, folder, options, onRound) {
  const token = sign({ sub: 'bench' }, stack.secret, { algorithm: 'HS256', expiresIn: '1d' });
  const ours = { ...doorOf(scenario, stack.ours, token), pids: [stack.ours.pid, stack.worker.pid] };
  const bare = bareOf(scenario === 'load' ? 'snapshot-read' : 'snapshot-changed', folder);
  return { scenario, rounds: await measureRounds({ ours, bare }, options, onRound), checked: undefined };
}

/**
 * One side after the other, one operation after the other.
 * @param {Record<'ours' | 'bare', Side>} sides
 * @param {Options} options
 * @param {(number: number, round: Round) => void} onRound
 */
async function measureRounds(sides, { rounds, seconds }, onRound) {
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
  return done;
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
    const cpu = cpuOf(side);
    const began = performance.now();
    await operate();
    const tookMs = performance.now() - began;
    cpuUs += cpuOf(side) - cpu;
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

/** @param {Side} side */
function cpuOf({ pids = [process.pid] }) {
  return pids.reduce((sum, pid) => sum + cpuTimeWithChildren(pid), 0);
}

module.exports = { runSnapshotScenario, runDoorScenario };
