// @ts-check
const path = require('node:path');
const { startChild, withDeathSignal } = require('../process');
const paths = require('../paths');

/** Nx without its helpers: no server left behind, no cloud, no full-screen display. */
const QUIET = {
  CI: 'true',
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NX_NO_CLOUD: 'true',
  NX_INTERACTIVE: 'false',
  // A process for each plugin would take longer to start than all of them take to work.
  NX_ISOLATE_PLUGINS: 'false',
};

/**
 * Runs targets of every project.
 * @param {string[]} targets
 * @param {{ show: boolean }} options `show`: on the terminal while it happens, else only collected
 * @returns {Promise<{ code: number, output: string }>}
 */
async function runTargets(targets, { show }) {
  const script = path.join(paths.nodeModules, 'nx', 'dist', 'bin', 'nx.js');
  const argv = [
    process.execPath,
    script,
    'run-many',
    '-t',
    ...targets,
    '--parallel=2',
    '--output-style=stream',
  ];
  const child = await startChild(withDeathSignal('TERM', argv), {
    cwd: paths.root,
    env: { ...process.env, ...QUIET },
    stdio: [
      'ignore',
      ...(show ? /** @type {const} */ (['inherit', 'inherit']) : /** @type {const} */ (['pipe', 'pipe'])),
    ],
  });
  let output = '';
  child.process.stdout?.on('data', (chunk) => (output += chunk));
  child.process.stderr?.on('data', (chunk) => (output += chunk));
  const { code } = await child.exited;
  return { code: code ?? 1, output };
}

module.exports = { runTargets };
