#!/usr/bin/env node
// @ts-check
// Prints the path of a Chromium that works here, for tests in a real browser; installs Debian's where there is none.
const path = require('node:path');
const { Failure, lock, run } = require('../process');
const paths = require('../paths');

const known = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const packages = ['chromium', 'fonts-liberation'];

/**
 * Finds Chromium: the one that `CHROMIUM` names, one on the `PATH`, or Debian's, which is installed for it.
 * @returns {Promise<string>} the path of its executable
 * @throws {Failure} saying what to do where there is none
 */
async function chromium() {
  const named = process.env['CHROMIUM'];
  if (named) {
    if (await works(named)) return named;
    throw new Failure(`CHROMIUM is ${named}, which does not start. Name another one, or unset it.`);
  }
  return (await onPath()) ?? (await installed());
}

/** @returns {Promise<string | undefined>} */
async function onPath() {
  for (const name of known) {
    const { code, output } = await run(['which', name]);
    const file = output.trim();
    if (code === 0 && (await works(file))) return file;
  }
  return undefined;
}

/** @param {string} file */
async function works(file) {
  return (await run([file, '--version', '--no-sandbox'])).code === 0;
}

async function installed() {
  const held = await lock(path.join(paths.data, 'chromium.lock'), () => {});
  try {
    const already = await onPath();
    if (already) return already;
    process.stderr.write('Installing Chromium; the first time takes about a minute.\n');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const install = ['apt-get', 'install', '--yes', '--quiet', '--no-install-recommends', ...packages];
    let outcome = await run(install, { env });
    if (outcome.code !== 0) {
      await run(['apt-get', 'update', '--quiet'], { env });
      outcome = await run(install, { env });
    }
    const found = await onPath();
    if (found) return found;
    const reason = outcome.output.trim().split('\n').at(-1) ?? '';
    throw new Failure(
      `There is no Chromium, and it could not be installed (${reason}). Install one, or name its executable in CHROMIUM.`,
    );
  } finally {
    held.release();
  }
}

if (require.main === module) {
  chromium().then(
    (file) => console.log(file),
    (error) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}

module.exports = { chromium };
