// @ts-check
const http = require('node:http');
const path = require('node:path');
const paths = require('../paths');
const { freePort, run } = require('../process');

const script = path.join(paths.root, 'docker', 'health-check.js');

/** @param {number | string} port */
const check = (port) =>
  run([process.execPath, script, 'SERVICE_PORT'], { env: { ...process.env, SERVICE_PORT: String(port) } });

describe('the health check of the images', () => {
  /** @type {http.Server} */
  let server;
  /** @type {string[]} */
  let asked;
  let status = 200;

  beforeAll(async () => {
    asked = [];
    server = http.createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(status).end();
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  });

  afterAll(() => server.close());

  const port = () => /** @type {import('node:net').AddressInfo} */ (server.address()).port;

  it('is content with a service that lives', async () => {
    expect((await check(port())).code).toBe(0);
    expect(asked).toEqual(['/health/live']);
  });

  it('is not with one that says otherwise, or nothing', async () => {
    status = 500;
    expect((await check(port())).code).toBe(1);
    const { code, output } = await check(await freePort());
    expect([code, output]).toEqual([1, expect.stringContaining('ECONNREFUSED')]);
    expect((await check('')).code).toBe(1);
  });
});
