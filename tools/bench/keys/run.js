// @ts-check
const path = require('node:path');
const { SqliteStore } = require('@nexus-state/store/sqlite');
const { figuresOf } = require('../load/measure');
const { BareSqlite } = require('./bare-sqlite');

/**
 * @typedef {import('../run').Round} Round
 *
 * @typedef {object} Keys
 * @property {(key: string, value: Uint8Array) => Promise<unknown>} set
 * @property {(key: string) => Promise<Uint8Array | undefined>} get
 * @property {() => Promise<void>} close
 */

const KEYS = 1_000;
const value = new Uint8Array(200).fill(7);
/** How many operations are under way at a time. @type {Record<string, number>} */
const atOnce = { 'sqlite-get': 1, 'sqlite-set': 1, 'sqlite-sets': 64 };

/**
 * Measures keys in a SQLite file against the bare driver on the same disk, both in this process.
 * @param {string} scenario
 * @param {string} folder for the files
 * @param {{ rounds: number, seconds: number }} options
 * @param {(number: number, round: Round) => void} onRound
 * @returns {Promise<import('../run').Result>}
 */
async function runKeyScenario(scenario, folder, { rounds, seconds }, onRound) {
  /** @type {Record<'ours' | 'bare', Keys>} */
  const sides = {
    ours: await SqliteStore.open(path.join(folder, `${scenario}-ours.db`)),
    bare: new BareSqlite(path.join(folder, `${scenario}-bare.db`)),
  };
  try {
    for (const side of Object.values(sides)) {
      await Promise.all(Array.from({ length: KEYS }, (_, key) => side.set(`/key/${key}`, value)));
    }
    /** @type {Round[]} */
    const done = [];
    for (let number = 1; number <= rounds; number++) {
      const oursFirst = number % 2 === 1;
      const first = await measure(oursFirst ? sides.ours : sides.bare, scenario, seconds * 1_000);
      const second = await measure(oursFirst ? sides.bare : sides.ours, scenario, seconds * 1_000);
      const [ours, bare] = oursFirst ? [first, second] : [second, first];
      const round = { ours, bare, ratio: ours.opsPerSecond / bare.opsPerSecond };
      done.push(round);
      onRound(number, round);
    }
    return { scenario, rounds: done, checked: undefined };
  } finally {
    for (const side of Object.values(sides)) await side.close();
  }
}

/**
 * @param {Keys} side
 * @param {string} scenario
 * @param {number} measureMs
 */
async function measure(side, scenario, measureMs) {
  const isRead = scenario === 'sqlite-get';
  /** @param {number} number */
  const operate = (number) => {
    const key = `/key/${number % KEYS}`;
    return isRead ? side.get(key) : side.set(key, value);
  };
  for (let number = 0; number < 50; number++) await operate(number);
  /** @type {number[]} */
  const latencies = [];
  const cpu = process.cpuUsage();
  const began = performance.now();
  await Promise.all(
    Array.from({ length: atOnce[scenario] ?? 1 }, async (_, slot) => {
      for (let number = slot; performance.now() - began < measureMs; number += 7) {
        const asked = performance.now();
        await operate(number);
        latencies.push(performance.now() - asked);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return figuresOf(latencies, seconds, user + system);
}

module.exports = { runKeyScenario };
