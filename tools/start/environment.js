// @ts-check
const path = require('node:path');
const { developmentKeys, keptSecret, writePrivate } = require('./data-folder');
const { developmentToken } = require('./token');

/**
 * The environment of the services: the caller's own, completed.
 * @param {object} known
 * @param {NodeJS.ProcessEnv} known.own
 * @param {Record<string, string>} known.stores where our own servers are
 * @param {Record<'port' | 'grpc-port' | 'realtime-port' | 'worker-port' | 'console-port', number>} known.ports
 * @param {string} known.host
 * @param {string} known.data
 * @returns {NodeJS.ProcessEnv & { JWT_SECRET_KEY: string }}
 */
function environment({ own, stores, ports, host, data }) {
  const secret = own['JWT_SECRET_KEY'] || keptSecret(path.join(data, 'jwt-secret'));
  return {
    ...own,
    ...stores,
    NODE_ENV: own['NODE_ENV'] || 'development',
    LOG_LEVEL: own['LOG_LEVEL'] || 'info',
    SERVICE_HOST: host,
    SERVICE_PORT: String(ports.port),
    GRPC_PORT: String(ports['grpc-port']),
    GRPC_REFLECTION: own['GRPC_REFLECTION'] || 'public',
    REALTIME_PORT: String(ports['realtime-port']),
    WORKER_PORT: String(ports['worker-port']),
    GIT_WORKSPACE_ROOT: own['GIT_WORKSPACE_ROOT'] || path.join(data, 'git'),
    AUDIT_FILE: own['AUDIT_FILE'] || path.join(data, 'logs', 'audit.log'),
    JWT_SECRET_KEY: secret,
    STATE_ENCRYPTION_KEYS:
      own['STATE_ENCRYPTION_KEYS'] || keptSecret(path.join(data, 'encryption-keys'), developmentKeys),
    ...consoleSettings(own, ports, host, secret),
  };
}

/**
 * What the console needs, and what the services need for it: browsers of its origin may call them.
 * @param {NodeJS.ProcessEnv} own
 * @param {Record<'port' | 'grpc-port' | 'realtime-port' | 'worker-port' | 'console-port', number>} ports
 * @param {string} host
 * @param {string} secret
 */
function consoleSettings(own, ports, host, secret) {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host;
  const address = (/** @type {number} */ port) => `http://${name}:${port}`;
  const origins = [...new Set([name, '127.0.0.1', 'localhost'])].map(
    (visited) => `http://${visited}:${ports['console-port']}`,
  );
  const isDevelopment = (own['NODE_ENV'] || 'development') !== 'production';
  return {
    CONSOLE_PORT: String(ports['console-port']),
    CONSOLE_API_URL: own['CONSOLE_API_URL'] || address(ports.port),
    CONSOLE_REALTIME_URL: own['CONSOLE_REALTIME_URL'] || address(ports['realtime-port']),
    CONSOLE_WORKER_URL: own['CONSOLE_WORKER_URL'] || address(ports['worker-port']),
    CORS_ORIGINS: withOrigins(own['CORS_ORIGINS'], origins),
    ...(isDevelopment
      ? { CONSOLE_DEVELOPMENT_TOKEN: own['CONSOLE_DEVELOPMENT_TOKEN'] || developmentToken(secret) }
      : {}),
  };
}

/**
 * The caller's own origins and those of the console; what is no list is left for the services to refuse.
 * @param {string | undefined} own
 * @param {string[]} origins
 */
function withOrigins(own, origins) {
  if (!own) return JSON.stringify(origins);
  try {
    const list = JSON.parse(own);
    return Array.isArray(list) ? JSON.stringify([...new Set([...list, ...origins])]) : own;
  } catch {
    return own;
  }
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
