import { type AddressInfo, type Server, createServer } from 'node:net';
import { once } from 'node:events';
import { Pool } from 'pg';
import { within } from '../conformance/expect';
import { PostgresSignals } from './postgres-signals';

describe('PostgresSignals', () => {
  let server: Server;

  beforeEach(async () => {
    server = createServer((socket) => socket.on('error', () => undefined).resume());
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('close also while the server has not answered yet', async () => {
    const { port } = server.address() as AddressInfo;
    const pool = new Pool();
    const connection = { host: '127.0.0.1', port, user: 'user', database: 'database' };
    const signals = new PostgresSignals(pool, connection, 600_000);
    const connected = once(server, 'connection');
    signals.listen('owner', () => undefined);
    await connected;
    await within(signals.close(), 'the signals to close', 30_000);
    await pool.end();
  });
});
