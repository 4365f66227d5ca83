// @ts-check
const net = require('node:net');
const { freePort } = require('../process');
const { claimPorts } = require('./claim-ports');

describe('the ports of the services', () => {
  /** @type {net.Server} */
  let other;
  /** @type {number} */
  let taken;

  beforeEach(async () => {
    other = net.createServer();
    await new Promise((resolve) => other.listen(0, '127.0.0.1', () => resolve(undefined)));
    taken = /** @type {net.AddressInfo} */ (other.address()).port;
  });

  afterEach(() => new Promise((resolve) => other.close(resolve)));

  it('are those asked for', async () => {
    const port = await freePort();
    expect(await claimPorts({ port }, '127.0.0.1', 0)).toEqual({ port });
  });

  it('are chosen where any will do', async () => {
    const { port } = await claimPorts({ port: 0 }, '127.0.0.1', 0);
    expect(port).toBeGreaterThan(0);
  });

  it('are named, with the option to change them, when taken', async () => {
    const sentence = `Port ${taken} is in use by another program; choose another with npm start -- --worker-port <port>.`;
    await expect(claimPorts({ 'worker-port': taken }, '127.0.0.1', 0)).rejects.toThrow(sentence);
  });

  it('are waited for while something is ending', async () => {
    setTimeout(() => other.close(), 200);
    expect(await claimPorts({ port: taken }, '127.0.0.1', 5_000)).toEqual({ port: taken });
  });

  it('are not the same twice', async () => {
    const port = await freePort();
    await expect(claimPorts({ port, 'worker-port': port }, '127.0.0.1', 0)).rejects.toThrow(
      `--port and --worker-port both name port ${port}.`,
    );
  });
});
