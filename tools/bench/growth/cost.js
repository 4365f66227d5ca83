// @ts-check
const { Redis } = require('ioredis');
const { Client } = require('pg');
const { setTimeout: sleep } = require('node:timers/promises');
const { cpuTimeOfFamily, cpuTimes, parentOf } = require('../cpu');
const { figuresOf } = require('../load/measure');

/** The processor time of all processes that an operation needs: the state API, PostgreSQL and Redis. */
class Clock {
  #api;
  #postmaster;
  #redis;

  /**
   * @param {readonly number[]} api
   * @param {number} postmaster
   * @param {number} redis
   */
  constructor(api, postmaster, redis) {
    this.#api = api;
    this.#postmaster = postmaster;
    this.#redis = redis;
  }

  /** @param {import('../stack').Stack} stack */
  static async of(stack) {
    const database = new Client({ connectionString: stack.databaseUrl });
    const redis = new Redis(stack.redisUrl);
    try {
      await database.connect();
      const { rows } = await database.query('SELECT pg_backend_pid() AS pid');
      const server = Number(/^process_id:(\d+)/m.exec(await redis.info('server'))?.[1]);
      return new Clock(stack.ours.pids, parentOf(rows[0].pid), server);
    } finally {
      redis.disconnect();
      await database.end();
    }
  }

  /** Microseconds so far, by process. */
  read() {
    return {
      api: cpuTimes(this.#api),
      postgres: cpuTimeOfFamily(this.#postmaster),
      redis: cpuTimes([this.#redis]),
    };
  }
}

const WARM_UP_MS = 500;

/**
 * Keeps connections busy with one operation, and measures what each takes.
 * @template T
 * @param {readonly import('../load/scenarios').Connection[]} connections
 * @param {(connection: import('../load/scenarios').Connection, slot: number) => Promise<T>} operate
 * @param {{ clock: Clock, seconds: number }} how
 */
async function costOf(connections, operate, { clock, seconds }) {
  /** @type {number[]} */
  const latencies = [];
  /** @type {'warm-up' | 'measured' | 'over'} */
  let phase = 'warm-up';
  const isOver = () => phase === 'over';
  const work = connections.map(async (connection, slot) => {
    while (!isOver()) {
      const began = performance.now();
      await operate(connection, slot);
      if (phase === 'measured') latencies.push(performance.now() - began);
    }
  });
  const timed = async () => {
    await sleep(WARM_UP_MS);
    const measured = startOf(clock);
    phase = 'measured';
    await sleep(seconds * 1_000);
    phase = 'over';
    return measured(latencies);
  };
  const [cost] = await Promise.all([timed(), ...work]);
  return cost;
}

/**
 * Has connections do one operation after the other until there is none left, and measures what each takes.
 * @param {readonly import('../load/scenarios').Connection[]} connections
 * @param {(connection: import('../load/scenarios').Connection) => Promise<boolean>} operate gives false where nothing was left to do
 * @param {Clock} clock
 */
async function costOfAll(connections, operate, clock) {
  /** @type {number[]} */
  const latencies = [];
  const measured = startOf(clock);
  await Promise.all(
    connections.map(async (connection) => {
      for (let began = performance.now(); await operate(connection); began = performance.now())
        latencies.push(performance.now() - began);
    }),
  );
  return measured(latencies);
}

/**
 * Begins to measure. What it returns ends that, and tells what each operation took.
 * @param {Clock} clock
 */
function startOf(clock) {
  const before = clock.read();
  const began = performance.now();
  return (/** @type {readonly number[]} */ latencies) => {
    const after = clock.read();
    const took = (performance.now() - began) / 1_000;
    const each = (/** @type {keyof typeof before} */ name) => (after[name] - before[name]) / latencies.length;
    const cost = { api: each('api'), postgres: each('postgres'), redis: each('redis') };
    return {
      ...figuresOf([...latencies], took, Number.NaN),
      ...cost,
      total: cost.api + cost.postgres + cost.redis,
    };
  };
}

module.exports = { Clock, costOf, costOfAll };
