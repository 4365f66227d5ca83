// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { startPostgres, startRedis } = require('../embedded');
const { portTrouble } = require('../process/ports');
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
  const remembered = rememberedPorts(data);
  /** @type {Record<string, string>} */
  const found = {};
  /** @type {{ stop: () => Promise<void> }[]} */
  const running = [];
  const stop = async () => {
    for (const store of running.reverse()) await store.stop();
  };
  try {
    if (!env['DATABASE_URL']) {
      const options = {
        dataDir: path.join(data, 'postgres'),
        password: keptSecret(path.join(data, 'postgres-password')),
      };
      const open = (/** @type {number | undefined} */ port) => startPostgres({ ...options, port });
      const first = await step('PostgreSQL ready', async () => open(await usable(remembered['postgres'])));
      remembered['postgres'] = first.port;
      found['DATABASE_URL'] = first.url;
      running.push(keep('PostgreSQL', first, () => open(first.port), say));
    }
    if (!env['REDIS_URL'] && !env['REDIS_HOST']) {
      const options = {
        dataDir: path.join(data, 'redis'),
        password: keptSecret(path.join(data, 'redis-password')),
      };
      const open = (/** @type {number | undefined} */ port) =>
        startRedis({ ...options, port, durable: true, onProgress: (message) => say(`  ${message}`) });
      const first = await step('Redis ready', async () => open(await usable(remembered['redis'])));
      remembered['redis'] = first.port;
      found['REDIS_URL'] = first.url;
      running.push(keep('Redis', first, () => open(first.port), say));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  fs.writeFileSync(portsFile(data), JSON.stringify(remembered));
  return { env: found, stop };
}

/**
 * @param {string} name
 * @param {import('../embedded').EmbeddedServer} first already running
 * @param {() => Promise<import('../embedded').EmbeddedServer>} again on the same port, where the services look for it
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
