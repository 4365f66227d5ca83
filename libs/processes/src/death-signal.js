// @ts-check
const { spawnSync } = require('node:child_process');

/** @type {boolean | undefined} */
let supported;

function setprivKnowsDeathSignals() {
  supported ??= spawnSync('setpriv', ['--pdeathsig', 'TERM', '--', 'true'], { stdio: 'ignore' }).status === 0;
  return supported;
}

/**
 * The command, run so that the kernel signals it when its parent thread dies. Without util-linux it is returned as it
 * was, and the guard alone does the work.
 * @param {string} signal without `SIG`
 * @param {string[]} argv
 */
function withDeathSignal(signal, argv) {
  return setprivKnowsDeathSignals() ? ['setpriv', '--pdeathsig', signal, '--', ...argv] : argv;
}

module.exports = { withDeathSignal };
