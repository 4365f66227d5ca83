// @ts-check
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { install } = require('../bootstrap/install');
const { Failure, run, startChild, withDeathSignal } = require('../process');

/** What a build leaves that only another build needs. */
const leftovers = ['vendor', 'src', 'include', 'generate', 'build'];

/**
 * Installs nodegit in a folder and builds it from source; there is no binary to fetch.
 * @param {string} folder empty; afterwards it holds `node_modules` and `probe.js`
 * @param {string} logFile what the compiler says
 */
async function build(folder, logFile) {
  await checkTools();
  for (const name of ['package.json', 'package-lock.json', 'probe.js']) {
    fs.copyFileSync(path.join(__dirname, name), path.join(folder, name));
  }
  await install(folder);
  const nodegit = path.join(folder, 'node_modules', 'nodegit');
  await compile(nodegit, logFile);
  const binary = path.join('build', 'Release', 'nodegit.node');
  fs.renameSync(path.join(nodegit, binary), path.join(nodegit, 'nodegit.node'));
  for (const name of leftovers) fs.rmSync(path.join(nodegit, name), { recursive: true, force: true });
  fs.mkdirSync(path.dirname(path.join(nodegit, binary)), { recursive: true });
  fs.renameSync(path.join(nodegit, 'nodegit.node'), path.join(nodegit, binary));
}

async function checkTools() {
  const missing = [];
  for (const [tool, debian] of [
    ['python3', 'python3'],
    ['make', 'build-essential'],
    ['c++', 'build-essential'],
  ]) {
    const { code } = await run([/** @type {string} */ (tool), '--version']);
    if (code !== 0) missing.push(debian);
  }
  if (missing.length > 0) {
    const packages = [...new Set(missing)].join(' ');
    throw new Failure(
      `nodegit is built from source, which needs more than there is: apt-get install ${packages}`,
    );
  }
}

/**
 * @param {string} nodegit
 * @param {string} logFile
 */
async function compile(nodegit, logFile) {
  fs.mkdirSync(path.dirname(logFile), { recursive: true });
  const log = fs.openSync(logFile, 'w');
  const script = path.join(nodegit, 'lifecycleScripts', 'install.js');
  const child = await startChild(withDeathSignal('TERM', [process.execPath, script]), {
    cwd: nodegit,
    stdio: ['ignore', log, log],
    env: {
      ...headers(),
      ...process.env,
      PATH: `${__dirname}${path.delimiter}${process.env['PATH']}`,
      BUILD_ONLY: 'true',
      JOBS: process.env['JOBS'] ?? String(os.availableParallelism()),
    },
  });
  const { code } = await child.exited;
  fs.closeSync(log);
  if (code !== 0) throw new Failure(`The build of nodegit failed; see ${logFile}.`);
}

/** The headers that came with this Node.js, where they did; else node-gyp fetches them. */
function headers() {
  const prefix = path.dirname(path.dirname(fs.realpathSync(process.execPath)));
  return fs.existsSync(path.join(prefix, 'include', 'node', 'node_api.h'))
    ? { npm_config_nodedir: prefix }
    : {};
}

module.exports = { build };
