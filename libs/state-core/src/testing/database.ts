import { randomUUID } from 'node:crypto';
import { postgresDataSource } from '../adapters/postgres';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { testDatabaseUrl } from './environment';

/** A database of one test file. */
export interface TestDatabase {
  readonly url: string;
  /** Drops the database, whoever is still connected. */
  drop(): Promise<void>;
}

/**
 * Creates an empty database with our schema, for the caller alone.
 * @param server the address of a database of the server to create it on
 */
export async function createTestDatabase(server = testDatabaseUrl()): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdministrator(server, (client) => client.query(`CREATE DATABASE ${name}`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = {
    url: url.href,
    drop: () =>
      asAdministrator(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
  const source = await openDataSource(database.url);
  await source.runMigrations({ transaction: 'all' });
  await source.destroy();
  return database;
}

/** A connected data source; the caller destroys it. */
export async function openDataSource(url: string, poolSize = 5): Promise<DataSource> {
  return postgresDataSource({ url, poolSize }).initialize();
}

async function asAdministrator(server: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
