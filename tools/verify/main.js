#!/usr/bin/env node
// @ts-check
require('../bootstrap/node-version').requireRecentNode();

const { bootstrap } = require('../bootstrap');
const { runTargets } = require('../build/nx');
const { removeFolder, scratchFolder } = require('../process');
const { main } = require('../terminal/main');
const { say } = require('../terminal/say');
const { exitCodeFor, onStopSignal } = require('../terminal/signals');
const { runJest } = require('../test/jest');
const { unitSpecs } = require('../test/unit');

/** The quick subset for between two edits: types, lint, and the specs that need nothing but themselves. */
async function verify() {
  onStopSignal((signal) => process.exit(exitCodeFor(signal)));
  await bootstrap();
  const targets = await runTargets(['typecheck', 'lint'], { show: true });
  const folder = scratchFolder('verify');
  try {
    const args = [...process.argv.slice(2), ...unitSpecs];
    const { passed, failed } = await runJest(args, { ...process.env, NODE_ENV: 'test' }, folder, () => {});
    if (targets.code !== 0) say('Type check or lint failed; see above.');
    say(`${passed} passed, ${failed} failed`);
    return targets.code === 0 && failed === 0 && passed > 0 ? 0 : 1;
  } finally {
    removeFolder(folder);
  }
}

void main(verify);
