import { once } from 'node:events';
import { type TestDatabase, createTestDatabase } from '@nexus-state/test-kit';
import type { DataSource } from 'typeorm';
import { Unavailable } from '@nexus-state/state-core';
import { aWorkspace } from '@nexus-state/state-core/testing/snapshot-builders';
import { describeWorkspaceLock } from '@nexus-state/state-core/testing/workspace-lock.contract';
import { PostgresWorkspaceLock } from './workspace-lock';
import { openDataSource } from './testing/postgres-adapter';

describeWorkspaceLock('PostgreSQL', async () => {
  const database = await createTestDatabase();
  const [here, there] = await Promise.all([openDataSource(database.url), openDataSource(database.url)]);
  return {
    lock: new PostgresWorkspaceLock(here),
    elsewhere: new PostgresWorkspaceLock(there),
    close: async () => {
      await Promise.all([here.destroy(), there.destroy()]);
      await database.drop();
    },
  };
});

describe('a workspace lock in PostgreSQL', () => {
  let database: TestDatabase;
  let source: DataSource;
  beforeAll(async () => {
    database = await createTestDatabase();
    source = await openDataSource(database.url);
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  it('is unavailable when it is not free in time', async () => {
    const workspace = aWorkspace();
    const impatient = new PostgresWorkspaceLock(source, 50);
    const nested = impatient.hold(workspace, () => impatient.hold(workspace, async () => 'both'));
    await expect(nested).rejects.toBeInstanceOf(Unavailable);
    expect(await impatient.hold(workspace, async () => 'free again')).toBe('free again');
  });

  it('notifies the work when it is lost, and is free for the next one', async () => {
    const workspace = aWorkspace();
    const lock = new PostgresWorkspaceLock(source);
    const work = lock.hold(workspace, async (lost) => {
      await source.query(`
        SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
      if (!lost.aborted) await once(lost, 'abort');
      lost.throwIfAborted();
    });
    await expect(work).rejects.toBeInstanceOf(Unavailable);
    expect(await lock.hold(workspace, async () => 'free again')).toBe('free again');
  });
});
