// @ts-check
const { Redis } = require('ioredis');
const { Client } = require('pg');
const { sign } = require('jsonwebtoken');
const { say, step } = require('../../terminal/say');
const { cpuTimeOfFamily, cpuTimes, parentOf } = require('../cpu');
const { Connection } = require('../load/connection');
const { figuresOf } = require('../load/measure');
const { expectStatus } = require('../load/requests');
const { startStack } = require('../stack');
const { statesOf } = require('./state-of-bytes');

/** How many panels there are of each size, and how many connections read or write them at once. */
const sizes = [
  { name: '1 KB', bytes: 1_024, panels: 64, connections: 16 },
  { name: '100 KB', bytes: 100 * 1_024, panels: 16, connections: 8 },
  { name: '1 MB', bytes: 1_000 * 1_024, panels: 4, connections: 4 },
];

const gzip = 'accept-encoding: gzip\r\n';

/** How long each kind of operation runs before it is measured. */
const WARM_UP_MS = 1_000;

/**
 * Measures panels of several sizes: what they take in PostgreSQL and Redis, and what reads and writes take of each process.
 * @param {import('../options').Options} options
 */
async function run(options) {
  const stack = await step('servers started', () => startStack(options, false));
  const database = new Client({ connectionString: stack.databaseUrl });
  const redis = new Redis(stack.redisUrl);
  try {
    await database.connect();
    const clocks = await clocksOf(stack, database, redis);
    say(`  ${await compressionOf(database)}`);
    say(line('', ['ops/s', 'p50 ms', 'p99 ms', 'API µs', 'PostgreSQL µs', 'Redis µs', 'bytes/op', 'what']));
    for (const size of sizes) await measureSize(size, { stack, database, redis, clocks, options });
  } finally {
    redis.disconnect();
    await database.end().catch(() => undefined);
    await stack.stop();
  }
}

/**
 * @typedef {object} Bench
 * @property {import('../stack').Stack} stack
 * @property {import('pg').Client} database
 * @property {Redis} redis
 * @property {Clocks} clocks
 * @property {import('../options').Options} options
 *
 * @typedef {Record<'api' | 'postgres' | 'redis', () => number>} Clocks the processor time of each so far, in microseconds
 */

/**
 * @param {typeof sizes[number]} size
 * @param {Bench} bench
 */
async function measureSize({ name, bytes, panels, connections: count }, bench) {
  const { stack, database, redis } = bench;
  const token = sign({ sub: 'sizes' }, stack.secret, { expiresIn: '1h' });
  const connections = Array.from({ length: count }, () => new Connection(stack.ours.port, token));
  const workspace = `of-${bytes}`;
  /** @param {number} id */
  const pathOf = (id) => `/api/state/${workspace}/panel-${id}`;
  const states = Array.from({ length: panels }, (_, id) => statesOf(bytes, id));
  const versions = states.map(() => 0);
  /** @param {InstanceType<typeof Connection>} connection @param {number} id */
  const write = async (connection, id) => {
    const version = versions[id] ?? 0;
    const body = `{"version":${version},"state":${states[id]?.(version)}}`;
    const answer = await connection.send('PUT', pathOf(id), body);
    expectStatus(version === 0 ? 201 : 200, answer);
    versions[id] = version + 1;
    return answer;
  };
  /** @param {string} headers */
  const reading = (headers) => async (/** @type {InstanceType<typeof Connection>} */ connection) => {
    const answer = await connection.send(
      'GET',
      pathOf(Math.floor(Math.random() * panels)),
      undefined,
      headers,
    );
    expectStatus(200, answer);
    return answer;
  };
  try {
    for (let id = 0; id < panels; id++)
      await write(/** @type {InstanceType<typeof Connection>} */ (connections[0]), id);
    const turns = connections.map((_, slot) => slot);
    /** @param {InstanceType<typeof Connection>} connection @param {number} slot */
    const writeOwn = (connection, slot) => {
      const id = turns[slot] ?? slot;
      turns[slot] = id + count < panels ? id + count : slot;
      return write(connection, id);
    };
    const wal = await walBytes(database);
    const before = versions.reduce((sum, version) => sum + version, 0);
    report(name, 'write', await measure(connections, writeOwn, bench));
    const written = versions.reduce((sum, version) => sum + version, 0) - before;
    const walPerWrite = ((await walBytes(database)) - wal) / written;
    report(name, 'read', await measure(connections, reading(''), bench));
    report(name, 'read, gzip accepted', await measure(connections, reading(gzip), bench));
    const stored = await storedBytes(database, workspace);
    const copy = await redis.memory('USAGE', `nexus-panel:{sizes:${workspace}}:panel-0`);
    say(
      `  ${name}: state ${stored.state} B of ${stored.text} B, full copy in history ${stored.copy} B, patch ${stored.patch} B, ` +
        `WAL ${Math.round(walPerWrite)} B a write, cached copy ${copy} B`,
    );
  } finally {
    for (const connection of connections) connection.close();
  }
}

/**
 * @param {InstanceType<typeof Connection>[]} connections
 * @param {(connection: InstanceType<typeof Connection>, slot: number) => Promise<import('../load/connection').Answer>} operate
 * @param {Bench} bench
 */
async function measure(connections, operate, { clocks, options }) {
  /** @type {number[]} */
  const latencies = [];
  let bytes = 0;
  let phase = 'warm-up';
  const work = connections.map(async (connection, slot) => {
    while (phase !== 'over') {
      const began = performance.now();
      const answer = await operate(connection, slot);
      if (phase !== 'measured') continue;
      latencies.push(performance.now() - began);
      bytes += answer.length;
    }
  });
  const timed = async () => {
    await wait(WARM_UP_MS);
    const before = { api: clocks.api(), postgres: clocks.postgres(), redis: clocks.redis() };
    const began = performance.now();
    phase = 'measured';
    await wait(options.seconds * 1_000);
    phase = 'over';
    const seconds = (performance.now() - began) / 1_000;
    const operations = latencies.length;
    const per = (/** @type {keyof Clocks} */ name) => (clocks[name]() - before[name]) / operations;
    return {
      seconds,
      bytes: bytes / operations,
      api: per('api'),
      postgres: per('postgres'),
      redis: per('redis'),
    };
  };
  const [{ seconds, ...cost }] = await Promise.all([timed(), ...work]);
  return { ...figuresOf(latencies, seconds, Number.NaN), ...cost };
}

/** @param {number} ms */
function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * @param {string} size
 * @param {string} what
 * @param {Awaited<ReturnType<typeof measure>>} figures
 */
function report(size, what, { opsPerSecond, p50Ms, p99Ms, api, postgres, redis, bytes }) {
  const costs = [api, postgres, redis, bytes].map((value) => value.toFixed(0));
  say(line(size, [opsPerSecond.toFixed(0), p50Ms.toFixed(1), p99Ms.toFixed(1), ...costs, what]));
}

/**
 * @param {string} name
 * @param {string[]} cells
 */
function line(name, cells) {
  return `  ${name.padEnd(8)}${cells.map((cell) => cell.padStart(14)).join('')}`;
}

/**
 * @param {import('../stack').Stack} stack
 * @param {import('pg').Client} database
 * @param {Redis} redis
 * @returns {Promise<Clocks>}
 */
async function clocksOf(stack, database, redis) {
  const { rows } = await database.query('SELECT pg_backend_pid() AS pid');
  const postmaster = parentOf(rows[0].pid);
  const server = Number(/^process_id:(\d+)/m.exec(await redis.info('server'))?.[1]);
  return {
    api: () => cpuTimes(stack.ours.pids),
    postgres: () => cpuTimeOfFamily(postmaster),
    redis: () => cpuTimes([server]),
  };
}

/** @param {import('pg').Client} database */
async function compressionOf(database) {
  const { rows } = await database.query(
    `SELECT current_setting('server_version') AS version, attcompression AS method
     FROM pg_attribute WHERE attrelid = 'panel_states'::regclass AND attname = 'state'`,
  );
  return `PostgreSQL ${rows[0].version}, states compressed with ${rows[0].method === 'l' ? 'lz4' : 'pglz'}`;
}

/** @param {import('pg').Client} database */
async function walBytes(database) {
  const { rows } = await database.query(`SELECT pg_current_wal_lsn() - '0/0' AS bytes`);
  return Number(rows[0].bytes);
}

/**
 * @param {import('pg').Client} database
 * @param {string} workspace
 */
async function storedBytes(database, workspace) {
  const { rows } = await database.query(
    `SELECT (SELECT avg(pg_column_size(state))::integer FROM panel_states WHERE workspace_id = $1) AS state,
       (SELECT avg(state_size_bytes)::integer FROM panel_states WHERE workspace_id = $1) AS text,
       (SELECT avg(pg_column_size(full_state))::integer FROM state_history WHERE workspace_id = $1) AS copy,
       (SELECT avg(pg_column_size(patch))::integer FROM state_history WHERE workspace_id = $1 AND change_type = 'updated') AS patch`,
    [workspace],
  );
  return rows[0];
}

module.exports = { run };
