// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { Failure } = require('../../process/failure');
const { startChild, stopChild } = require('../../process/child');
const { withDeathSignal } = require('../../process/death-signal');
const { freePort } = require('../../process/ports');
const { checkAccess, endLeftover } = require('../data-dir');
const { startInScratchFolder } = require('../scratch');
const { findRedis } = require('./binary');
const { takesCommands } = require('./takes-commands');

const READY_WITHIN_MS = 60_000;

/**
 * Starts a Redis server on 127.0.0.1 and returns when it takes commands.
 * @param {import('../index').RedisOptions} [options]
 * @returns {Promise<import('../index').RedisServer>}
 */
function startRedis(options = {}) {
  const { dataDir } = options;
  if (dataDir) return open(path.resolve(dataDir), options);
  return startInScratchFolder('redis', (folder) => open(folder, options));
}

/**
 * @param {string} dataDir
 * @param {import('../index').RedisOptions} options
 * @returns {Promise<import('../index').RedisServer>}
 */
async function open(dataDir, options) {
  const { password, durable = false, settings = {}, onProgress = () => {} } = options;
  const binary = await findRedis(onProgress);
  const logFile = options.logFile ?? `${dataDir}.log`;
  const pidFile = path.join(dataDir, 'redis.pid');
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  checkAccess(dataDir);
  await endLeftover({ pidFile, dataDir, program: 'redis', signal: 'SIGTERM' });

  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const config = {
      ...{ bind: '127.0.0.1', port: String(port), dir: dataDir, pidfile: pidFile },
      ...{ appendonly: durable ? 'yes' : 'no', save: '', 'maxmemory-policy': 'noeviction' },
      ...(password ? { requirepass: password } : {}),
      ...settings,
    };
    const child = await launch(binary, config, logFile);
    const ready = await becomesReady(child, port, password);
    if (ready) return describe({ child, port, password, dataDir });
    await stopChild(child, [['SIGTERM', 5_000]]);
    const reason = lastError(logFile);
    const portTaken = /in use|failed listening/i.test(reason);
    if (portTaken && options.port === undefined && attempt < 5) continue;
    if (portTaken) throw new Failure(`Redis could not listen on port ${port}: it is in use.`);
    throw new Failure(
      `Redis could not start on ${dataDir} (${reason}); --fresh begins anew and deletes what the folder holds.`,
    );
  }
}

/**
 * The settings go in by standard input: a password on the command line would be everybody's to read.
 * @param {import('./binary').Binary} binary
 * @param {Record<string, string>} config
 * @param {string} logFile
 */
async function launch({ command, env }, config, logFile) {
  const log = fs.openSync(logFile, 'w', 0o600);
  try {
    const child = await startChild(withDeathSignal('TERM', [command, '-']), {
      env,
      cwd: '/',
      stdio: ['pipe', log, log],
    });
    child.process.stdin?.on('error', () => {});
    child.process.stdin?.end(
      Object.entries(config)
        .map(([name, value]) => `${name} ${JSON.stringify(value)}\n`)
        .join(''),
    );
    return child;
  } finally {
    fs.closeSync(log);
  }
}

/**
 * @param {import('../../process/child').Child} child
 * @param {number} port
 * @param {string | undefined} password
 */
async function becomesReady(child, port, password) {
  for (const end = Date.now() + READY_WITHIN_MS; Date.now() < end && child.running(); await sleep(15)) {
    if (await takesCommands(child.pid, port, password)) return true;
  }
  return false;
}

/**
 * @param {object} started
 * @param {import('../../process/child').Child} started.child
 * @param {number} started.port
 * @param {string | undefined} started.password
 * @param {string} started.dataDir
 * @returns {import('../index').RedisServer}
 */
function describe({ child, port, password, dataDir }) {
  const login = password ? `:${encodeURIComponent(password)}@` : '';
  /** @param {[NodeJS.Signals, number][]} steps */
  const end = async (steps) => {
    await stopChild(child, steps);
  };
  return {
    url: `redis://${login}127.0.0.1:${port}/0`,
    port,
    pid: child.pid,
    dataDir,
    exited: child.exited,
    stop: () => end([['SIGTERM', 5_000]]),
    kill: () => end([]),
  };
}

/** @param {string} logFile */
function lastError(logFile) {
  const lines = fs
    .readFileSync(logFile, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const line =
    lines.findLast((text) => /in use|bad file format|error|fatal|failed|can't|denied/i.test(text)) ??
    lines.at(-1) ??
    '';
  return line.replace(/^\d+:\w .*? [#*.-] /, '') || 'it said nothing';
}

module.exports = { startRedis };
