// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { done, say, step } = require('../terminal/say');
const { environment, keepEnvironment } = require('./environment');
const { migrate } = require('./migrate');
const { startService } = require('./services');
const { startStores } = require('./stores');

/** The apps, and the option that names the port of each. */
const APPS = /** @type {const} */ ({
  'state-api': 'port',
  'realtime-gateway': 'realtime-port',
  'snapshot-worker': 'worker-port',
  console: 'console-port',
});

/**
 * @typedef {object} Stack
 * @property {() => Promise<NodeJS.ProcessEnv & { JWT_SECRET_KEY: string }>} start returns once every service is ready
 * @property {() => Promise<void>} stop services first, then the servers behind them
 */

/**
 * Everything that runs, in its order.
 * @param {object} plan
 * @param {string} plan.root the checkout
 * @param {string} plan.data
 * @param {string} plan.host
 * @param {Record<'port' | 'grpc-port' | 'realtime-port' | 'worker-port' | 'console-port', number>} plan.ports
 * @param {boolean} plan.verbose
 * @param {import('./stop-request').StopRequest} plan.stopRequest
 * @returns {Stack}
 */
function makeStack({ root, data, host, ports, verbose, stopRequest }) {
  /** @type {{ stop: () => Promise<void> }[]} */
  const services = [];
  /** @type {import('./stores').Stores | undefined} */
  let stores;

  const start = async () => {
    stores = await startStores(data, process.env, say);
    const env = environment({ own: process.env, stores: stores.env, ports, host, data });
    keepEnvironment(path.join(data, 'env'), stores.env);
    if (!stopRequest.made()) await step('database migrated', () => migrate(root, env));
    if (!stopRequest.made()) await startServices(env);
    return env;
  };

  /** @param {NodeJS.ProcessEnv} env */
  const startServices = async (env) => {
    const began = Date.now();
    const logs = path.join(data, 'logs');
    fs.mkdirSync(logs, { recursive: true, mode: 0o700 });
    const ready = Object.entries(APPS).map(([name, port]) => {
      const script = path.join(root, 'apps', name, 'dist', 'main.js');
      const health = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${ports[port]}/health/ready`;
      const service = startService({ name, script, health }, { env, cwd: root, logs, verbose, say });
      services.push(service);
      return service.ready;
    });
    await Promise.race([Promise.all(ready), stopRequest.promise]);
    if (!stopRequest.made()) done('services ready', began);
  };

  const stop = async () => {
    await Promise.all(services.map((service) => service.stop()));
    await stores?.stop();
  };
  return { start, stop };
}

module.exports = { makeStack };
