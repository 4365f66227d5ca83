// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { startPostgres, startRedis } = require('@nexus-state/embedded');
const { portTrouble } = require('../process');
const { step } = require('../terminal/say');
const { keptSecret } = require('./data-folder');
const { supervise } = require('./supervisor');

/**
 * The servers behind the services: those the environment names, else our own.
 * @typedef {object} Stores
 * @property {Record<string, string>} env how the services find our own ones
 * @property {() => Promise<void>} stop Redis first: PostgreSQL is the truth and goes last
 */

/**
 * @param {string} data
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} say
 * @returns {Promise<Stores>}
 */
async function startStores(data, env, say) {
  const ports = rememberedPorts(data);
  const wanted = [
    ...(env['DATABASE_URL'] ? [] : [postgres(data)]),
    ...(env['REDIS_URL'] || env['REDIS_HOST'] || env['REDIS_CLUSTER_NODES'] ? [] : [redis(data, say)]),
  ];
  const results = await Promise.allSettled(
    wanted.map(async ({ name, open }) => step(`${name} ready`, async () => open(await usable(ports[name])))),
  );
  /** @type {Record<string, string>} */
  const found = {};
  const running = wanted.flatMap(({ name, variable, open }, index) => {
    const result = results[index];
    if (result?.status !== 'fulfilled') return [];
    const { value: first } = result;
    ports[name] = first.port;
    found[variable] = first.url;
    return [keep(name, first, () => open(first.port), say)];
  });
  const stop = async () => {
    for (const store of running.reverse()) await store.stop();
  };
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) {
    await stop();
    throw failure.reason;
  }
  fs.writeFileSync(portsFile(data), JSON.stringify(ports));
  return { env: found, stop };
}

/**
 * One of our own servers.
 * @typedef {object} Store
 * @property {string} name
 * @property {string} variable by which the services find it
 * @property {(port: number | undefined) => Promise<import('@nexus-state/embedded').EmbeddedServer>} open
 */

/**
 * @param {string} data
 * @returns {Store}
 */
function postgres(data) {
  const options = {
    dataDir: path.join(data, 'postgres'),
    password: keptSecret(path.join(data, 'postgres-password')),
  };
  return {
    name: 'PostgreSQL',
    variable: 'DATABASE_URL',
    open: (port) => startPostgres({ ...options, port }),
  };
}

/**
 * @param {string} data
 * @param {(line: string) => void} say
 * @returns {Store}
 */
function redis(data, say) {
  const options = {
    dataDir: path.join(data, 'redis'),
    password: keptSecret(path.join(data, 'redis-password')),
    durable: true,
    onProgress: (/** @type {string} */ message) => say(`  ${message}`),
  };
  return { name: 'Redis', variable: 'REDIS_URL', open: (port) => startRedis({ ...options, port }) };
}

/**
 * @param {string} name
 * @param {import('@nexus-state/embedded').EmbeddedServer} first already running
 * @param {() => Promise<import('@nexus-state/embedded').EmbeddedServer>} again on the same port, where the services look for it
 * @param {(line: string) => void} say
 */
function keep(name, first, again, say) {
  let isFirst = true;
  return supervise({
    start: async () => {
      if (!isFirst) return again();
      isFirst = false;
      return first;
    },
    onStart: (restarted) => restarted && say(`${name} is ready again.`),
    onEnd: ({ why, pauseMs }) => say(`${name} ended (${why}); starting it again in ${pauseMs / 1000} s.`),
  });
}

/** @param {string} data */
const portsFile = (data) => path.join(data, 'ports.json');

/**
 * The ports of the last time, so that a client's settings stay good where possible.
 * @param {string} data
 * @returns {Record<string, number | undefined>}
 */
function rememberedPorts(data) {
  try {
    return JSON.parse(fs.readFileSync(portsFile(data), 'utf8'));
  } catch {
    return {};
  }
}

/** @param {number | undefined} port */
async function usable(port) {
  return port && !(await portTrouble(port)) ? port : undefined;
}

module.exports = { startStores };
