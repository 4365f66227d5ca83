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

/** Creates an empty database with our schema, for the caller alone. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdministrator((client) => client.query(`CREATE DATABASE ${name}`));
  const url = new URL(testDatabaseUrl());
  url.pathname = `/${name}`;
  const database = {
    url: url.href,
    drop: () => asAdministrator((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
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

async function asAdministrator(work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: testDatabaseUrl() });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
