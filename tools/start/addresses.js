// @ts-check
const fs = require('node:fs');

/**
 * Where clients on this machine find the services.
 * @param {Record<'port' | 'realtime-port', number>} ports
 * @param {string} host what the services listen on
 */
function addresses(ports, host) {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host;
  const address = (/** @type {number} */ port) => `http://${name}:${port}`;
  return { url: address(ports.port), realtimeUrl: address(ports['realtime-port']) };
}

/**
 * Writes down where the services are, for the command line `nexus`.
 * @param {string} file
 * @param {Record<'port' | 'realtime-port', number>} ports
 * @param {string} host
 */
function keepAddresses(file, ports, host) {
  fs.writeFileSync(file, `${JSON.stringify(addresses(ports, host), null, 2)}\n`);
}

module.exports = { addresses, keepAddresses };
