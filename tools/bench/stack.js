// @ts-check
const crypto = require('node:crypto');
const path = require('node:path');
const { startPostgres, startRedis } = require('@nexus-state/embedded');
const {
  Failure,
  freePort,
  removeFolder,
  scratchFolder,
  serviceCommand,
  startChild,
  stopChild,
} = require('../process');
const paths = require('../paths');
const { migrate } = require('../start/migrate');
const { becomesReady } = require('../start/ready');

/** What a process gets to end by itself. */
const DRAIN_MS = 10_000;

/**
 * @typedef {object} Server
 * @property {number} port
 * @property {number} grpcPort
 * @property {number} pid
 */

/**
 * @typedef {Server & { pids: number[], livePort: number | undefined }} Side the server that is written to, and where
 *   updates are sent
 */

/**
 * @typedef {object} Stack
 * @property {Side} ours
 * @property {Side} bare
 * @property {Server} worker takes the snapshots
 * @property {import('node:child_process').ChildProcess} load the load generator
 * @property {string} secret
 * @property {string} databaseUrl
 * @property {string} redisUrl
 * @property {() => Promise<void>} stop
 */

/**
 * Starts PostgreSQL, Redis, one state API, the bare server, a snapshot worker and the load generator.
 * @param {{ profile?: string | undefined, engine: string, set: Record<string, string>, database?: string | undefined }} options
 *   with `database`, its URL in place of a PostgreSQL that is started
 * @param {boolean} live whether to start also what sends updates: one gateway, and its bare counterpart
 * @returns {Promise<Stack>}
 */
async function startStack({ profile, engine, set, database }, live) {
  const secret = crypto.randomBytes(32).toString('base64url');
  const scratch = scratchFolder('bench');
  /** @type {(() => Promise<unknown>)[]} */
  const ends = [async () => removeFolder(scratch)];
  const stop = async () => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const databaseUrl = database ?? (await startOwnPostgres(ends));
    const redis = await startRedis();
    ends.push(() => redis.stop());
    const env = {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      SERVICE_HOST: '127.0.0.1',
      DATABASE_URL: databaseUrl,
      REDIS_URL: redis.url,
      JWT_SECRET_KEY: secret,
      GIT_WORKSPACE_ROOT: scratch,
      AUDIT_FILE: path.join(scratch, 'audit.log'),
      // What is measured is the service, not how it holds back.
      RATE_LIMIT_WRITES_PER_SECOND: '0',
      RATE_LIMIT_READS_PER_SECOND: '0',
      RATE_LIMIT_WORKSPACE_WRITES_PER_SECOND: '0',
      RATE_LIMIT_WORKSPACE_READS_PER_SECOND: '0',
      ...set,
    };
    await migrate(paths.root, env);

    const profiler = profile ? ['--cpu-prof', `--cpu-prof-dir=${path.resolve(profile)}`] : [];
    const api = path.join(paths.root, 'apps', 'state-api', 'dist', 'main.js');
    const ours = await startServer([...profiler, api], env, '/health/ready', ends);
    const bare = await startServer([path.join(__dirname, 'bare', 'main.js')], env, '/', ends);
    const worker = path.join(paths.root, 'apps', 'snapshot-worker', 'dist', 'main.js');
    const worked = await startServer([worker], { ...env, GIT_ENGINE: engine }, '/health/ready', ends);
    const gateway = path.join(paths.root, 'apps', 'realtime-gateway', 'dist', 'main.js');
    const telling = live ? await startServer([gateway], env, '/health/ready', ends) : undefined;
    const bareScript = path.join(__dirname, 'bare', 'live.js');
    const bareTelling = live ? await startServer([bareScript], env, '/', ends) : undefined;
    const load = await startChild([process.execPath, path.join(__dirname, 'load', 'main.js')], {
      env: { PATH: env.PATH },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    ends.push(() => stopChild(load, [['SIGTERM', DRAIN_MS]]));
    return {
      ...{ ours: sideOf(ours, telling), bare: sideOf(bare, bareTelling), worker: worked },
      ...{ load: load.process, secret, databaseUrl, redisUrl: redis.url, stop },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param {(() => Promise<unknown>)[]} ends gets what ends it */
async function startOwnPostgres(ends) {
  const postgres = await startPostgres({ durable: true });
  ends.push(() => postgres.stop());
  return postgres.url;
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {string} health
 * @param {(() => Promise<unknown>)[]} ends gets what ends it
 * @returns {Promise<Server>}
 */
async function startServer(args, env, health, ends) {
  const [port, grpcPort] = [await freePort(), await freePort()];
  const child = await startChild(serviceCommand(args), {
    cwd: paths.root,
    env: {
      ...env,
      SERVICE_PORT: String(port),
      GRPC_PORT: String(grpcPort),
      WORKER_PORT: String(port),
      REALTIME_PORT: String(port),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  ends.push(() => stopChild(child, [['SIGTERM', DRAIN_MS]]));
  const ready = await becomesReady(`http://127.0.0.1:${port}${health}`, {
    givenUp: () => !child.running(),
    onWait: () => {},
  });
  if (!ready) throw new Failure(`${path.relative(paths.root, args.at(-1) ?? '')} ended before it was ready.`);
  return { port, grpcPort, pid: child.pid };
}

/**
 * @param {Server} server
 * @param {Server | undefined} telling
 * @returns {Side}
 */
function sideOf(server, telling) {
  return { ...server, pids: telling ? [server.pid, telling.pid] : [server.pid], livePort: telling?.port };
}

module.exports = { startStack };
