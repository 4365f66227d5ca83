#!/usr/bin/env node
// @ts-check
require('../bootstrap/node-version').requireRecentNode();

const { bootstrap } = require('../bootstrap');
const { ensureBuilt } = require('../build');
const { Failure, removeFolder, scratchFolder, sweepScratchFolders } = require('../process');
const { main } = require('../terminal/main');
const { say, step } = require('../terminal/say');
const { exitCodeFor, onStopSignal } = require('../terminal/signals');
const { runJest } = require('./jest');

const stop = {
  /** @type {NodeJS.Signals | undefined} */
  signal: undefined,
  /** @type {() => void} nothing runs at first but an install or a build, which end with this process */
  act: () => process.exit(exitCodeFor(stop.signal)),
};

/** Runs every test there is, with servers of its own; arguments go to Jest. */
async function test() {
  onStopSignal((signal) => {
    stop.signal = signal;
    stop.act();
  });
  const counts = await prepareAndRun().catch((error) => {
    console.error(error instanceof Failure ? `\n${error.message}` : error);
    return { passed: 0, failed: 1 };
  });
  if (stop.signal) {
    say('Interrupted.');
    return exitCodeFor(stop.signal);
  }
  if (counts.passed + counts.failed === 0) say('No test ran.');
  say(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

async function prepareAndRun() {
  await bootstrap();
  const built = await builds();
  stop.act = () => {};
  sweepScratchFolders();
  const folder = scratchFolder('test');
  try {
    // The servers come from a library, which is there only now.
    const { startTestServices } = require('./services');
    const services = await step('PostgreSQL and Redis ready', () => startTestServices(folder));
    try {
      if (stop.signal) return { passed: 0, failed: 0 };
      const counts = await runJest(
        process.argv.slice(2),
        services.env,
        folder,
        (stopJest) => (stop.act = stopJest),
      );
      return built ? counts : { ...counts, failed: counts.failed + 1 };
    } finally {
      stop.act = () => {};
      await services.stop();
    }
  } finally {
    removeFolder(folder);
  }
}

/** Most tests run on the sources: a build that fails is one failure, and no reason to hide what the tests say. */
async function builds() {
  try {
    await ensureBuilt();
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`\n${error.message} The tests run anyway.\n`);
    return false;
  }
}

void main(test);
