import { createTestDatabase } from '@nexus-state/test-kit';
import { keyDistribution } from '@nexus-state/store/postgres';
import type { DataSource } from 'typeorm';
import { type PostgresOptions, postgresDataSource } from '../data-source';
import type { Distribution } from '../distribution';

/**
 * Opens an adapter on a database of its own.
 * @param make builds what is under test
 * @param server a PostgreSQL other than the one that all tests share
 * @param distribution how the adapter is told that tables are spread; they are not
 * @returns what was built, and what closes connection and database
 */
export async function onTestDatabase<T>(
  make: (source: DataSource) => T,
  server?: string,
  distribution: Distribution = 'none',
): Promise<{ store: T; source: DataSource; url: string; close: () => Promise<void> }> {
  const database = await createTestDatabase(server);
  const source = await openDataSource(database.url, { distribution });
  if (distribution === 'citus') await source.query(keyDistribution.write.text);
  return {
    store: make(source),
    source,
    url: database.url,
    close: async () => {
      await source.destroy();
      await database.drop();
    },
  };
}

/** Opens a connected data source; the caller destroys it. */
export async function openDataSource(
  url: string,
  options: Omit<PostgresOptions, 'url'> = {},
): Promise<DataSource> {
  return postgresDataSource({ poolSize: 5, ...options, url }).initialize();
}
