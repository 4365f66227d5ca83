// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const paths = require('../../paths');
const { say, step } = require('../../terminal/say');
const { tokenOf } = require('../json-client');
const { Connection } = require('../load/connection');
const { startStack } = require('../stack');
const { Clock } = require('./cost');
const { growHistory } = require('./history');
const { watchMemory } = require('./memory');
const { USER, growPanels } = require('./panels');
const { plotOf } = require('./plot');

const CONNECTIONS = 16;
const images = path.join(paths.root, 'docs', 'images');

/**
 * What every part of this measurement works with.
 * @typedef {object} Bench
 * @property {import('../stack').Stack} stack
 * @property {string} token
 * @property {InstanceType<typeof Connection>[]} connections
 * @property {InstanceType<typeof Clock>} clock
 * @property {number} seconds how long each operation is measured at each size
 */

/**
 * Measures what operations cost as panels and their history grow, and the memory of the processes over time, and draws each as a plot
 * in `docs/images`.
 * @param {import('../options').Options} options
 */
async function run(options) {
  // Snapshots are taken where they are asked for: those of a growing workspace would be measured with everything else.
  const set = { SNAPSHOT_INTERVAL: 'off', SNAPSHOT_AFTER_CHANGES: '0', ...options.set };
  const stack = await step('servers started', () => startStack({ ...options, set }, true));
  const { seconds, minutes } = options;
  const token = tokenOf(USER, stack.secret);
  const clock = await Clock.of(stack);
  const day = new Date().toISOString().slice(0, 10);
  /**
   * @template T
   * @param {(bench: Bench) => Promise<T>} work
   */
  const connected = async (work) => {
    const connections = Array.from({ length: CONNECTIONS }, () => new Connection(stack.ours.port, token));
    try {
      return await work({ stack, token, connections, clock, seconds });
    } finally {
      for (const connection of connections) connection.close();
    }
  };
  try {
    const each = `${seconds} s for each point, ${CONNECTIONS} connections, panels of 1 KB, ${day}`;
    const yLabel = 'CPU µs per operation: API, PostgreSQL, Redis';
    const history = await connected((bench) => growHistory(bench, options.changes));
    const byHistory = {
      title: 'Cost by the history of a panel',
      xLabel: 'changes of the panel',
      note: `${seconds} s for each point, ${day}`,
    };
    draw('growth-history.svg', { ...byHistory, yLabel, logX: true, series: history });
    const memory = await connected((bench) => watchMemory(bench, minutes));
    const byTime = {
      title: 'Memory over a mixed load',
      xLabel: 'minutes',
      yLabel: 'MiB resident',
      note: `${CONNECTIONS} connections, 20 followers, ${day}`,
    };
    draw('growth-memory.svg', { ...byTime, logX: false, series: memory });
    const panels = await connected((bench) => growPanels(bench, options.panels));
    const byPanels = { title: 'Cost by the number of panels', xLabel: 'panels of one user', note: each };
    draw('growth-panels.svg', { ...byPanels, yLabel, logX: true, series: panels });
  } finally {
    await stack.stop();
  }
}

/**
 * @param {string} name
 * @param {import('./plot').Plot} plot
 */
function draw(name, plot) {
  const file = path.join(images, name);
  fs.writeFileSync(file, plotOf(plot));
  say(`  ${path.relative(paths.root, file)}`);
}

module.exports = { run };
