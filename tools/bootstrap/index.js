// @ts-check
const path = require('node:path');
const { lock } = require('../process');
const paths = require('../paths');
const { say, step } = require('../terminal/say');
const { install } = require('./install');
const { isInstalled, writeStamp } = require('./installed');

/**
 * Makes a fresh clone, or one that has moved on, ready to run. Uses nothing that has to be installed first.
 * @param {string} [root]
 */
async function bootstrap(root = paths.root) {
  if (isInstalled(root)) return;
  const { release } = await lock(path.join(root, '.nexus', 'install.lock'), (holder) =>
    say(`Waiting for another install in this checkout (process ${holder}).`),
  );
  try {
    if (isInstalled(root)) return;
    say('Installing dependencies; the first time takes about a minute.');
    await step('dependencies installed', () => install(root));
    writeStamp(root);
  } finally {
    release();
  }
}

module.exports = { bootstrap };
