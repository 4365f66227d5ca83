// @ts-check
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Failure, startChild, withDeathSignal } = require('../process');

/**
 * Installs exactly what package-lock.json says, with any content of node_modules before.
 * @param {string} root
 */
async function install(root) {
  checkWritable(root);
  const args = [
    'ci',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    ...cache(root),
  ];
  const npm = await startChild(withDeathSignal('TERM', [...npmCommand(), ...args]), {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, npm_config_loglevel: 'error', npm_config_update_notifier: 'false' },
  }).catch(() => {
    throw new Failure('npm was not found: it comes with Node.js and must be on the PATH.');
  });
  const { code } = await npm.exited;
  if (code !== 0) {
    throw new Failure(
      'The installation of the dependencies failed; see the output of npm above. The usual cause is the network: try again, or run npm ci yourself.',
    );
  }
}

/** How npm is called: the one that started this process, else the one on the PATH. */
function npmCommand() {
  const script = process.env['npm_execpath'];
  return script?.endsWith('npm-cli.js') ? [process.execPath, script] : ['npm'];
}

/**
 * A user without a usable home gets a cache in the checkout.
 * @param {string} root
 */
function cache(root) {
  const usual = process.env['npm_config_cache'] ?? path.join(os.homedir(), '.npm');
  try {
    fs.mkdirSync(usual, { recursive: true });
    fs.accessSync(usual, fs.constants.W_OK);
    return [];
  } catch {
    return ['--cache', path.join(root, '.nexus', 'npm-cache')];
  }
}

/** @param {string} root */
function checkWritable(root) {
  for (const folder of [root, path.join(root, 'node_modules')]) {
    if (!fs.existsSync(folder)) continue;
    try {
      fs.accessSync(folder, fs.constants.W_OK);
    } catch {
      throw new Failure(`${folder} belongs to another user: remove it, or start as that user.`);
    }
  }
}

module.exports = { install, npmCommand };
