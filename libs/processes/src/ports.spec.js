// @ts-check
const net = require('node:net');
const { freePort, portTrouble } = require('./ports');

describe('ports', () => {
  it('finds a port that can be listened on', async () => {
    expect(await portTrouble(await freePort())).toBeUndefined();
  });

  it('says why a port is of no use', async () => {
    const server = net.createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const { port } = /** @type {net.AddressInfo} */ (server.address());
    expect(await portTrouble(port)).toBe('EADDRINUSE');
    await new Promise((resolve) => server.close(resolve));
  });
});
