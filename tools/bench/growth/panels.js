// @ts-check
const { Redis } = require('ioredis');
const { Client } = require('pg');
const { say, step } = require('../../terminal/say');
const { jsonClient } = require('../json-client');
const { stateText } = require('../load/documents');
const { expectStatus } = require('../load/requests');
const { costOf, costOfAll } = require('./cost');

/** @typedef {import('../load/scenarios').Connection} Connection */

/** Whose panels they are. */
const USER = 'growth';

/** Panels in one workspace, and in the transaction that makes them. There are more workspaces the more panels there are. */
const PER_WORKSPACE = 100;

/** Transactions that are under way at once. */
const SENDERS = 4;

/** Workspaces that are worked on at each size: so that only what lies around them is more. */
const WORKED_ON = 10;

/**
 * What an update, a read and the first read after the cached copies are gone cost, by the number of panels of one user.
 * @param {import('./main').Bench} bench
 * @param {number} most
 * @returns {Promise<import('./plot').Series[]>}
 */
async function growPanels(bench, most) {
  const panels = new Panels(jsonClient(bench.stack.ours.port, bench.token), most);
  /** @type {Record<'update' | 'read' | 'first', [number, number][]>} */
  const costs = { update: [], read: [], first: [] };
  for (const count of stepsTo(most)) {
    await step(`${count} panels`, async () => {
      await panels.growTo(count);
      await settle(bench.stack.databaseUrl);
    });
    const { connections } = bench;
    const worked = workedOn(count);
    const first = await costOfFirstReads(bench, worked);
    const cached = await costOf(connections, readAny(worked), bench);
    // PostgreSQL logs a whole page when it is written first after a checkpoint.
    await costOfAll(connections, eachOf(worked, panels.update), bench.clock);
    const update = await costOf(connections, panels.updateOwn(worked, connections.length), bench);
    costs.first.push([count, first.total]);
    costs.read.push([count, cached.total]);
    costs.update.push([count, update.total]);
    say(`    update ${said(update)}; read ${said(cached)}; first read ${said(first)}`);
  }
  return [
    { name: 'update', points: costs.update },
    { name: 'first read', points: costs.first },
    { name: 'read', points: costs.read },
  ];
}

/** Panels of one user, in workspaces of `PER_WORKSPACE`, and the version of each. */
class Panels {
  #send;
  #versions;
  #made = 0;

  /**
   * @param {ReturnType<typeof jsonClient>} send
   * @param {number} most
   */
  constructor(send, most) {
    this.#send = send;
    this.#versions = new Uint32Array(most);
  }

  /** @param {number} count */
  async growTo(count) {
    const sender = async () => {
      while (this.#made < count) {
        const first = this.#made;
        const ids = Array.from({ length: PER_WORKSPACE }, (_, n) => first + n);
        this.#made += ids.length;
        const operations = ids.map((id) => ({
          op: 'set',
          panelId: panelOf(id),
          state: JSON.parse(stateText(id, 0)),
        }));
        await this.#send('POST', `/state/${workspaceOf(first)}/transaction`, { operations });
        for (const id of ids) this.#versions[id] = 1;
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
  }

  /**
   * Replaces one of these panels: each connection has some of its own.
   * @param {readonly number[]} ids
   * @param {number} connections
   */
  updateOwn(ids, connections) {
    const own = Math.floor(ids.length / connections);
    return (/** @type {Connection} */ connection, /** @type {number} */ slot) =>
      this.update(
        connection,
        /** @type {number} */ (ids[slot + connections * Math.floor(Math.random() * own)]),
      );
  }

  update = async (/** @type {Connection} */ connection, /** @type {number} */ id) => {
    const version = /** @type {number} */ (this.#versions[id]);
    const body = `{"state":${stateText(id, version)},"version":${version}}`;
    expectStatus(200, await connection.send('PUT', pathOf(id), body));
    this.#versions[id] = version + 1;
  };
}

/**
 * The panels of some workspaces, spread over all.
 * @param {number} count of all panels
 */
function workedOn(count) {
  const workspaces = Array.from({ length: WORKED_ON }, (_, n) =>
    Math.floor((n * count) / WORKED_ON / PER_WORKSPACE),
  );
  return workspaces.flatMap((workspace) =>
    Array.from({ length: PER_WORKSPACE }, (_, n) => workspace * PER_WORKSPACE + n),
  );
}

/**
 * Does something with one panel after the other; false where none is left.
 * @param {readonly number[]} ids
 * @param {(connection: Connection, id: number) => Promise<void>} operate
 */
function eachOf(ids, operate) {
  let next = 0;
  return async (/** @type {Connection} */ connection) => {
    const id = ids[next++];
    if (id === undefined) return false;
    await operate(connection, id);
    return true;
  };
}

/**
 * @param {Connection} connection
 * @param {number} id
 */
async function read(connection, id) {
  expectStatus(200, await connection.send('GET', pathOf(id)));
}

/** @param {readonly number[]} ids */
function readAny(ids) {
  return (/** @type {Connection} */ connection) =>
    read(connection, /** @type {number} */ (ids[Math.floor(Math.random() * ids.length)]));
}

/**
 * Reads each of these panels once, when Redis holds no copy of any.
 * @param {import('./main').Bench} bench
 * @param {readonly number[]} ids
 */
async function costOfFirstReads({ stack, connections, clock }, ids) {
  await forgetCopies(stack.redisUrl, ids);
  return costOfAll(connections, eachOf(ids, read), clock);
}

/**
 * Has PostgreSQL do now what so many new rows leave to do: it is no part of what an operation costs.
 * @param {string} databaseUrl
 */
async function settle(databaseUrl) {
  const database = new Client({ connectionString: databaseUrl });
  try {
    await database.connect();
    await database.query('VACUUM ANALYZE');
    await database.query('CHECKPOINT');
  } finally {
    await database.end();
  }
}

/**
 * Deletes the cached copies of panels.
 * @param {string} redisUrl
 * @param {readonly number[]} ids
 */
async function forgetCopies(redisUrl, ids) {
  const redis = new Redis(redisUrl);
  try {
    const forgotten = await redis.unlink(
      ids.map((id) => `nexus-panel:{${USER}:${workspaceOf(id)}}:${panelOf(id)}`),
    );
    if (forgotten === 0) throw new Error('Redis held no copies: they have another name.');
  } finally {
    redis.disconnect();
  }
}

/**
 * @param {number} most
 * @returns {number[]} 1,000, 3,000, 10,000 and so on, and the most as the last
 */
function stepsTo(most) {
  const steps = [];
  for (let power = 1_000; power < most; power *= 10) steps.push(power, power * 3);
  return [...steps.filter((count) => count < most), most];
}

/** @param {{ total: number, api: number, postgres: number, redis: number, p50Ms: number }} cost */
function said({ total, api, postgres, redis, p50Ms }) {
  const [all, ...parts] = [total, api, postgres, redis].map((value) => value.toFixed(0));
  return `${all} µs (API, PostgreSQL, Redis: ${parts.join(', ')}), p50 ${p50Ms.toFixed(1)} ms`;
}

/** @param {number} id */
const workspaceOf = (id) => `growth-${Math.floor(id / PER_WORKSPACE)}`;

/** @param {number} id */
const panelOf = (id) => `panel-${id}`;

/** @param {number} id */
const pathOf = (id) => `/api/state/${workspaceOf(id)}/${panelOf(id)}`;

module.exports = { growPanels, stepsTo, said, USER };
