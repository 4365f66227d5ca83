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
const { findPostgres } = require('./binaries');
const { openCluster } = require('./cluster');

const USER = 'nexus';
const DATABASE = 'nexus';
const READY_WITHIN_MS = 120_000;

/** What is given up when the data need not outlive the machine. */
const VOLATILE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Starts a PostgreSQL server on 127.0.0.1, with a database `nexus`, and returns when it takes connections.
 * @param {import('../index').PostgresOptions} [options]
 * @returns {Promise<import('../index').PostgresServer>}
 */
function startPostgres(options = {}) {
  const { dataDir } = options;
  if (dataDir) return open(path.resolve(dataDir), options);
  return startInScratchFolder('postgres', (folder) => open(folder, options));
}

/**
 * @param {string} dataDir
 * @param {import('../index').PostgresOptions} options
 * @returns {Promise<import('../index').PostgresServer>}
 */
async function open(dataDir, options) {
  const { password, durable = true, locale = 'C', settings = {} } = options;
  const logFile = options.logFile ?? `${dataDir}.log`;
  const binDir = findPostgres();
  checkAccess(dataDir);
  await endLeftover({
    pidFile: path.join(dataDir, 'postmaster.pid'),
    dataDir,
    program: 'postgres',
    signal: 'SIGINT',
  });
  const account = await openCluster({
    dataDir,
    binDir,
    user: USER,
    password,
    databases: [DATABASE],
    locale,
    durable,
  });

  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const child = await launch({
      account,
      dataDir,
      logFile,
      port,
      settings: { ...(durable ? {} : VOLATILE), ...settings },
    });
    const ready = await becomesReady(child, dataDir);
    if (ready) return describe({ child, port, password, dataDir });
    await stopChild(child, [['SIGINT', 5_000]]);
    const reason = lastError(logFile);
    const portTaken = /TCP\/IP sockets/.test(reason);
    if (portTaken && options.port === undefined && attempt < 5) continue;
    if (portTaken) throw new Failure(`PostgreSQL could not listen on port ${port}: it is in use.`);
    throw new Failure(
      `PostgreSQL could not start on ${dataDir} (${reason}); --fresh begins anew and deletes what the folder holds.`,
    );
  }
}

/**
 * @param {object} plan
 * @param {import('./account').Account} plan.account
 * @param {string} plan.dataDir
 * @param {string} plan.logFile
 * @param {number} plan.port
 * @param {Record<string, string>} plan.settings
 */
async function launch({ account, dataDir, logFile, port, settings }) {
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    ...settings,
  };
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = [path.join(account.binDir, 'postgres'), '-D', dataDir, ...args];
  const log = fs.openSync(logFile, 'w', 0o600);
  try {
    // The namespace comes first: entering one clears the death signal.
    return await startChild([...account.prefix, ...withDeathSignal('INT', server)], {
      ...account.spawn,
      cwd: '/',
      stdio: ['ignore', log, log],
      endWith: 'INT',
    });
  } finally {
    fs.closeSync(log);
  }
}

/**
 * The server itself says in its lock file when it takes connections; that is what pg_ctl reads too.
 * @param {import('../../process/child').Child} child
 * @param {string} dataDir
 */
async function becomesReady(child, dataDir) {
  const pidFile = path.join(dataDir, 'postmaster.pid');
  for (const end = Date.now() + READY_WITHIN_MS; Date.now() < end && child.running(); await sleep(15)) {
    const lines = fs.existsSync(pidFile) ? fs.readFileSync(pidFile, 'utf8').split('\n') : [];
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return true;
  }
  return false;
}

/**
 * @param {object} started
 * @param {import('../../process/child').Child} started.child
 * @param {number} started.port
 * @param {string | undefined} started.password
 * @param {string} started.dataDir
 * @returns {import('../index').PostgresServer}
 */
function describe({ child, port, password, dataDir }) {
  const login = password ? `${USER}:${encodeURIComponent(password)}` : USER;
  /** @param {[NodeJS.Signals, number][]} steps */
  const end = async (steps) => {
    await stopChild(child, steps);
  };
  return {
    url: `postgresql://${login}@127.0.0.1:${port}/${DATABASE}`,
    port,
    pid: child.pid,
    dataDir,
    exited: child.exited,
    // SIGINT ends sessions and shuts down in order; SIGQUIT leaves the rest to recovery.
    stop: () =>
      end([
        ['SIGINT', 5_000],
        ['SIGQUIT', 2_000],
      ]),
    kill: () => end([['SIGQUIT', 2_000]]),
  };
}

/** @param {string} logFile */
function lastError(logFile) {
  const lines = fs.readFileSync(logFile, 'utf8').trim().split('\n');
  const line = lines.findLast((text) => /FATAL|PANIC|error|could not/i.test(text)) ?? lines.at(-1) ?? '';
  return line.replace(/^.*?(FATAL|PANIC):\s*/, '') || 'it said nothing';
}

module.exports = { startPostgres };
