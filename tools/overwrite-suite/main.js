#!/usr/bin/env node
// @ts-check
require('../bootstrap/node-version').requireRecentNode();

const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { bootstrap } = require('../bootstrap');
const { runTargets } = require('../build/nx');
const { Failure } = require('../process');
const { main } = require('../terminal/main');
const { say, step } = require('../terminal/say');
const { readOptions, usage } = require('./options');
const { addTotal, nothing, tableOf } = require('./total');

/** So many seeds are played by a thread before it is ended: what it holds goes with it. */
const SEEDS_AT_ONCE = 500;
/** So many failures are shown. */
const SHOWN = 20;

/** Plays people and agents on one workspace, and counts the edits that are lost; docs/ai.md says how and why. */
async function overwriteSuite() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    say(usage);
    return 0;
  }
  await bootstrap();
  await step('built', async () => {
    const { code, output } = await runTargets(['build'], { show: false });
    if (code !== 0) throw new Failure(output);
  });
  // It needs the build.
  const { ways } = require('./play');
  const rows = [];
  for (const way of ways)
    rows.push({ way, total: await step(`${way} played`, () => playInThreads(way, options)) });
  say(`\n${tableOf(rows)}`);
  const failures = rows.flatMap(({ way, total }) =>
    way === 'naive' ? [] : total.failures.map((failure) => `${way}, ${failure}`),
  );
  if (failures.length === 0) return 0;
  say(`\nTurns lost edits:\n${failures.slice(0, SHOWN).join('\n')}`);
  say('\nTo play one again: npm run overwrite-suite -- --histories 1 --seed <seed>');
  return 1;
}

/**
 * @param {import('./play').Way} way
 * @param {import('./options').Options} options
 */
async function playInThreads(way, { histories, seed, workers }) {
  const total = nothing();
  let next = seed;
  const playOn = async () => {
    while (next < seed + histories) {
      const first = next;
      next = Math.min(first + SEEDS_AT_ONCE, seed + histories);
      const seeds = Array.from({ length: next - first }, (_, index) => first + index);
      addTotal(total, await playIn({ way, seeds }));
    }
  };
  await Promise.all(Array.from({ length: workers }, playOn));
  return total;
}

/**
 * @param {{ way: import('./play').Way, seeds: number[] }} workerData
 * @returns {Promise<import('./total').Total>}
 */
function playIn(workerData) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(path.join(__dirname, 'player.js'), { workerData });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('A thread ended without an answer.')));
  });
}

void main(overwriteSuite);
