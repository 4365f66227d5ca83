// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { lock } = require('../process/lock');
const { Failure } = require('../process/failure');
const paths = require('../paths');
const { say, step } = require('../terminal/say');
const { buildFingerprint, everythingBuilt } = require('./fingerprint');
const { runTargets } = require('./nx');

const stampFile = path.join(paths.data, 'build-stamp');

/**
 * Builds every project, unless nothing has changed since the last time. Two of these at once, from `npm start` and
 * `npm test`, take turns; a running start keeps the files it has.
 */
async function ensureBuilt() {
  if (isFresh()) return;
  const { release } = await lock(path.join(paths.data, 'build.lock'), (holder) =>
    say(`Waiting for another build in this checkout (process ${holder}).`),
  );
  try {
    if (isFresh()) return;
    await step('built', build);
    fs.writeFileSync(stampFile, buildFingerprint(paths.root));
  } finally {
    release();
  }
}

async function build() {
  const { code, output } = await runTargets(['build'], { show: false });
  if (code === 0) return;
  process.stderr.write(output);
  throw new Failure('The build failed; the compiler says why above.');
}

function isFresh() {
  try {
    return everythingBuilt(paths.root) && fs.readFileSync(stampFile, 'utf8') === buildFingerprint(paths.root);
  } catch {
    return false;
  }
}

module.exports = { ensureBuilt };
