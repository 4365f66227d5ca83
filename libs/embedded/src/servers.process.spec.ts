import fs from 'node:fs';
import path from 'node:path';
import { portTrouble, removeFolder, scratchFolder } from '@nexus-state/processes';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { startPostgres, startRedis } from './index';

describe('embedded servers', () => {
  let folder: string;
  beforeEach(() => {
    folder = scratchFolder('servers');
  });
  afterEach(() => removeFolder(folder));

  async function query(url: string, sql: string): Promise<unknown[]> {
    const client = new Client(url);
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it('PostgreSQL keeps its data, asks for the password, and comes back on the same port after a crash', async () => {
    const options = { dataDir: path.join(folder, 'postgres'), password: "it's / secret" };
    const first = await startPostgres(options);
    await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    await first.kill();
    expect(await portTrouble(first.port)).toBeUndefined();

    const second = await startPostgres({ ...options, port: first.port });
    try {
      expect(second.url).toBe(first.url);
      expect(await query(second.url, 'SELECT * FROM kept')).toEqual([{ one: 1 }]);
      await expect(query(second.url.replace('secret', 'guess'), 'SELECT 1')).rejects.toThrow(/password/);
    } finally {
      await second.stop();
      await second.stop();
    }
  });

  it('PostgreSQL refuses a folder that is not its own and leaves it alone', async () => {
    const dataDir = path.join(folder, 'notes');
    fs.mkdirSync(dataDir);
    fs.writeFileSync(path.join(dataDir, 'note'), 'mine');
    await expect(startPostgres({ dataDir, durable: false })).rejects.toThrow(
      /notes holds no PostgreSQL data/,
    );
    expect(fs.readdirSync(dataDir)).toEqual(['note']);
  });

  it('Redis evicts nothing, asks for the password, and a durable one keeps its data', async () => {
    const options = { dataDir: path.join(folder, 'redis'), password: 'a "secret"', durable: true };
    const first = await startRedis(options);
    const client = new Redis(first.url);
    await client.set('kept', 'yes');
    expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    client.disconnect();
    await first.stop();

    const second = await startRedis({ ...options, port: first.port });
    const again = new Redis(second.url);
    expect(await again.get('kept')).toBe('yes');
    again.disconnect();
    await second.stop();
  });

  it('Redis can be killed and started again where its clients look for it', async () => {
    const first = await startRedis();
    await first.kill();
    expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(fs.existsSync(first.dataDir)).toBe(false);
    const second = await startRedis({ port: first.port });
    expect(second.url).toBe(first.url);
    await second.stop();
  });

  it('says in one sentence that a port is in use', async () => {
    const redis = await startRedis();
    try {
      await expect(startRedis({ port: redis.port })).rejects.toThrow(
        `Redis could not listen on port ${redis.port}: it is in use.`,
      );
      await expect(startPostgres({ port: redis.port, durable: false })).rejects.toThrow(
        `PostgreSQL could not listen on port ${redis.port}: it is in use.`,
      );
    } finally {
      await redis.stop();
    }
  });
});
