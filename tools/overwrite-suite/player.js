// @ts-check
const { parentPort, workerData } = require('node:worker_threads');
const { play } = require('./play');
const { addOutcome, nothing } = require('./total');

/** A thread: plays histories of one way, and reports what they came to together. */
async function playAll() {
  /** @type {{ way: import('./play').Way, seeds: number[] }} */
  const { way, seeds } = workerData;
  const total = nothing();
  for (const seed of seeds)
    addOutcome(
      total,
      seed,
      await play(seed, way).catch((error) => {
        throw new Error(`${way}, seed ${seed} ended early.`, { cause: error });
      }),
    );
  parentPort?.postMessage(total);
}

void playAll();
