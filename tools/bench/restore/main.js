// @ts-check
const crypto = require('node:crypto');
const { setTimeout: sleep } = require('node:timers/promises');
const { Failure } = require('../../process');
const { say, step } = require('../../terminal/say');
const { jsonClient, tokenOf } = require('../json-client');
const { figuresOf } = require('../load/measure');
const { SteadyWriter } = require('../quiet/steady-writer');
const { during } = require('../quiet/main');
const { startStack } = require('../stack');

const PANELS = 5_000;
const BYTES = 2_048;

/** Panels that are written by one transaction. */
const AT_ONCE = 100;

const workspace = 'restored';

/**
 * Times the restore of a workspace whose panels have all changed, through the service, and the writes of another workspace meanwhile.
 * @param {import('../options').Options} options
 */
async function run(options) {
  const stack = await step('servers started', () => startStack(options, false));
  const send = jsonClient(stack.ours.port, tokenOf('restore', stack.secret));
  const writer = new SteadyWriter(stack.ours.port, tokenOf('quiet', stack.secret), 'quiet');
  try {
    await step(`${PANELS} panels of ${BYTES} bytes made`, () => writeAll(send));
    const { gitCommitHash } = await step('snapshot taken', () => send('POST', `/snapshots/${workspace}`, {}));
    /** @type {number[]} */
    const times = [];
    for (let round = 1; round <= options.rounds; round++) {
      await step('all panels replaced', () => writeAll(send));
      // So that the time is that of the restore: the snapshot before it then has nothing to do.
      await step('snapshot taken', () => send('POST', `/snapshots/${workspace}`, {}));
      const alone = await writer.write(during(sleep(options.seconds * 1_000)));
      const began = performance.now();
      const restore = send('POST', `/snapshots/${workspace}/restore`, { gitCommitHash });
      const beside = await writer.write(during(restore));
      const { restoredPanels } = await restore;
      const seconds = (performance.now() - began) / 1_000;
      if (restoredPanels !== PANELS)
        throw new Failure(`${restoredPanels} panels were restored, not ${PANELS}.`);
      times.push(seconds);
      say(
        `  ${round}: ${seconds.toFixed(1)} s; writes of another workspace: alone ${said(alone)}, meanwhile ${said(beside)}`,
      );
    }
    times.sort((a, b) => a - b);
    say(`  median ${times[Math.floor(times.length / 2)]?.toFixed(1)} s, at most 6 s`);
  } finally {
    await stack.stop();
  }
}

/**
 * Creates or replaces all panels, with states that are all different.
 * @param {ReturnType<typeof jsonClient>} send
 */
async function writeAll(send) {
  for (let first = 0; first < PANELS; first += AT_ONCE) {
    const operations = Array.from({ length: AT_ONCE }, (_, n) => ({
      op: 'set',
      panelId: `panel-${first + n}`,
      state: state(),
    }));
    await send('POST', `/state/${workspace}/transaction`, { operations });
  }
}

function state() {
  const lines = Array.from({ length: BYTES / 64 }, () => crypto.randomBytes(30).toString('hex'));
  return { lines };
}

/** @param {number[]} latencies */
function said(latencies) {
  const { p50Ms, p99Ms } = figuresOf(latencies, Number.NaN, Number.NaN);
  return `p50 ${p50Ms.toFixed(1)}, p99 ${p99Ms.toFixed(1)} ms (${latencies.length})`;
}

module.exports = { run };
