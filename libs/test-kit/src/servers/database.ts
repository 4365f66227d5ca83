import { randomUUID } from 'node:crypto';
import { asAdministrator, databaseOn } from './administrator';
import { testDatabaseUrl } from './environment';
import { migratedTemplate } from './migrated-template';

/** A database of one test file. */
export interface TestDatabase {
  readonly url: string;
  /** Drops the database, and closes the connections that are left. */
  drop(): Promise<void>;
}

/**
 * Creates an empty database with our schema, for the caller alone.
 * @param server the address of a database of the server to create it on
 */
export async function createTestDatabase(server = testDatabaseUrl()): Promise<TestDatabase> {
  return createFrom(await migratedTemplate(server), server);
}

/** Creates a database without any table, for code that brings a schema of its own. */
export function createEmptyDatabase(server = testDatabaseUrl()): Promise<TestDatabase> {
  return createFrom('template1', server);
}

async function createFrom(template: string, server: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdministrator(server, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  return {
    url: databaseOn(server, name),
    drop: () =>
      asAdministrator(server, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
}
