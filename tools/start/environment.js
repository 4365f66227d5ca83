// @ts-check
const path = require('node:path');
const { keptSecret, writePrivate } = require('./data-folder');

/**
 * The environment of the services: the caller's own, completed.
 * @param {object} known
 * @param {NodeJS.ProcessEnv} known.own
 * @param {Record<string, string>} known.stores where our own servers are
 * @param {Record<'port' | 'realtime-port' | 'worker-port', number>} known.ports
 * @param {string} known.host
 * @param {string} known.data
 * @returns {NodeJS.ProcessEnv & { JWT_SECRET_KEY: string }}
 */
function environment({ own, stores, ports, host, data }) {
  return {
    ...own,
    ...stores,
    NODE_ENV: own['NODE_ENV'] || 'development',
    LOG_LEVEL: own['LOG_LEVEL'] || 'info',
    SERVICE_HOST: host,
    SERVICE_PORT: String(ports.port),
    REALTIME_PORT: String(ports['realtime-port']),
    WORKER_PORT: String(ports['worker-port']),
    GIT_WORKSPACE_ROOT: own['GIT_WORKSPACE_ROOT'] || path.join(data, 'git'),
    JWT_SECRET_KEY: own['JWT_SECRET_KEY'] || keptSecret(path.join(data, 'jwt-secret')),
  };
}

/**
 * Writes down how the servers can be reached, for a shell: `set -a; . .nexus/env`.
 * @param {string} file
 * @param {Record<string, string>} stores
 */
function keepEnvironment(file, stores) {
  const lines = Object.entries(stores).map(
    ([name, value]) => `${name}='${value.replaceAll("'", `'\\''`)}'\n`,
  );
  writePrivate(file, lines.join(''));
}

module.exports = { environment, keepEnvironment };
