// @ts-check
const path = require('node:path');
const { parseArgs } = require('node:util');
const { Failure } = require('../process');
const paths = require('../paths');

/**
 * @typedef {object} StartOptions
 * @property {boolean} help
 * @property {boolean} fresh
 * @property {boolean} verbose
 * @property {string} data
 * @property {Record<'port' | 'grpc-port' | 'realtime-port' | 'worker-port' | 'console-port', number>} ports by the option that names them
 */

/** The ports, by option: the variable that sets it too, and where it starts. */
const PORTS = /** @type {const} */ ({
  port: { variable: 'SERVICE_PORT', usual: 8001 },
  'grpc-port': { variable: 'GRPC_PORT', usual: 8003 },
  'realtime-port': { variable: 'REALTIME_PORT', usual: 8002 },
  'worker-port': { variable: 'WORKER_PORT', usual: 8004 },
  'console-port': { variable: 'CONSOLE_PORT', usual: 8080 },
});

const HELP = `Usage: npm start -- [options]

Starts Nexus State: the state API, the realtime gateway, the snapshot worker and the console, with their own
PostgreSQL and Redis unless DATABASE_URL and REDIS_URL (or REDIS_HOST, or REDIS_CLUSTER_NODES) are set.
Ctrl-C stops everything; the data is kept.

  --port <port>           of the state API          (SERVICE_PORT, else 8001)
  --grpc-port <port>      of the state API, gRPC    (GRPC_PORT, else 8003)
  --realtime-port <port>  of the realtime gateway   (REALTIME_PORT, else 8002)
  --worker-port <port>    of the snapshot worker    (WORKER_PORT, else 8004)
  --console-port <port>   of the console            (CONSOLE_PORT, else 8080)
  --data <folder>         where data, secrets and logs live (else .nexus)
  --fresh                 delete the data in that folder first
  --verbose               show all logs of the services, not only errors
  --help                  this text

Port 0 takes any free port. Every other setting of the services is an environment variable.`;

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {StartOptions}
 */
function readOptions(args, env) {
  const values = parse(args);
  const port = (/** @type {keyof typeof PORTS} */ name) =>
    readPort(values[name] ?? env[PORTS[name].variable] ?? String(PORTS[name].usual), `--${name}`);
  const ports = {
    port: port('port'),
    'grpc-port': port('grpc-port'),
    'realtime-port': port('realtime-port'),
    'worker-port': port('worker-port'),
    'console-port': port('console-port'),
  };
  return {
    help: values.help === true,
    fresh: values.fresh === true,
    verbose: values.verbose === true,
    data: values.data ? path.resolve(env['INIT_CWD'] ?? '.', values.data) : paths.data,
    ports,
  };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h' },
        fresh: { type: 'boolean' },
        verbose: { type: 'boolean' },
        data: { type: 'string' },
        port: { type: 'string' },
        'grpc-port': { type: 'string' },
        'realtime-port': { type: 'string' },
        'worker-port': { type: 'string' },
        'console-port': { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new Failure(`${/** @type {Error} */ (error).message} npm start -- --help lists the options.`);
  }
}

/**
 * @param {string} text
 * @param {string} option
 */
function readPort(text, option) {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65_535)) throw new Failure(`${option} takes a port from 0 to 65535, not "${text}".`);
  return port;
}

module.exports = { HELP, readOptions };
