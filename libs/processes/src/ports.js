// @ts-check
const net = require('node:net');

/**
 * A port that is free at this moment. Another process may take it before it is used, so the caller must be
 * ready to ask again.
 * @returns {Promise<number>}
 */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {net.AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/**
 * Why a port cannot be listened on, or undefined when it can.
 * @param {number} port
 * @param {string} [host]
 * @returns {Promise<string | undefined>}
 */
function portTrouble(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) =>
      resolve(error.code ?? error.message),
    );
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

module.exports = { freePort, portTrouble };
