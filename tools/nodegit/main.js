#!/usr/bin/env node
// @ts-check
require('../bootstrap/node-version').requireRecentNode();

const fs = require('node:fs');
const path = require('node:path');
const paths = require('../paths');
const { Failure, lock, run } = require('../process');
const { main } = require('../terminal/main');
const { say, step } = require('../terminal/say');
const { exitCodeFor, onStopSignal } = require('../terminal/signals');
const { build } = require('./build');
const { cached, fingerprint, target } = require('./folders');

/** Makes nodegit ready to be used as the engine of the snapshot worker; docs/snapshots.md says what for. */
async function setup() {
  onStopSignal((signal) => process.exit(exitCodeFor(signal)));
  const { release } = await lock(path.join(paths.data, 'nodegit.lock'), (holder) =>
    say(`Waiting for another build of nodegit in this checkout (process ${holder}).`),
  );
  try {
    await provide();
  } finally {
    release();
  }
  say(`nodegit is ready in ${path.relative(paths.root, target)}.`);
  return 0;
}

async function provide() {
  if (nameIn(target) === fingerprint() && (await works(target))) return;
  const kept = cached();
  if (!(await works(kept))) {
    say(
      'Building nodegit takes about seven minutes on two processors; what is built is kept for the next time.',
    );
    await replace(kept, (folder) =>
      step('nodegit built', () => build(folder, path.join(paths.data, 'logs', 'nodegit-build.log'))),
    );
  }
  await replace(target, async (folder) => fs.cpSync(kept, folder, { recursive: true }));
}

/**
 * Puts a folder in the place of another once it is whole and works.
 * @param {string} place
 * @param {(folder: string) => Promise<void>} fill
 */
async function replace(place, fill) {
  const aside = `${place}.new-${process.pid}`;
  fs.rmSync(aside, { recursive: true, force: true });
  fs.mkdirSync(aside, { recursive: true });
  try {
    await fill(aside);
    fs.writeFileSync(path.join(aside, 'built'), fingerprint());
    if (!(await works(aside))) throw new Failure('nodegit was built, but does not work on this machine.');
    fs.rmSync(place, { recursive: true, force: true });
    fs.renameSync(aside, place);
  } finally {
    fs.rmSync(aside, { recursive: true, force: true });
  }
}

/** @param {string} folder */
function nameIn(folder) {
  try {
    return fs.readFileSync(path.join(folder, 'built'), 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {string} folder */
async function works(folder) {
  return (await run([process.execPath, path.join(folder, 'probe.js')])).code === 0;
}

void main(setup);
