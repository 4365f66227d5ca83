// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { Failure, lock } = require('../process');
const paths = require('../paths');
const { say, step } = require('../terminal/say');
const { runTargets } = require('./nx');
const { buildStamp } = require('./stamp');

/**
 * Builds what has changed. Nx knows what that is; it is only asked where something has changed at all, because without
 * its daemon it replaces the output of every project each time, under the services of an `npm start` that runs. Two
 * builds, of `npm start` and `npm test`, take turns.
 * @param {string} [root]
 * @throws {Failure} when the build fails; what the compiler says has been printed
 */
async function ensureBuilt(root = paths.root) {
  const stampFile = path.join(root, '.nexus', 'build-stamp');
  const isFresh = () => readText(stampFile) === buildStamp(root);
  if (isFresh()) return;
  const { release } = await lock(path.join(root, '.nexus', 'build.lock'), (holder) =>
    say(`Waiting for another build in this checkout (process ${holder}).`),
  );
  try {
    if (isFresh()) return;
    await step('built', build);
    fs.writeFileSync(stampFile, buildStamp(root));
  } finally {
    release();
  }
}

async function build() {
  const { code, output } = await runTargets(['build'], { show: false });
  if (code === 0) return;
  process.stderr.write(output);
  throw new Failure('The build failed; see the compiler errors above.');
}

/** @param {string} file */
function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

module.exports = { ensureBuilt };
