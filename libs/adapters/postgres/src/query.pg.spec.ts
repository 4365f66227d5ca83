import { Unavailable } from '@nexus-state/state-core';
import { eventually } from '@nexus-state/state-core/testing';
import { type TestDatabase, createTestDatabase } from '@nexus-state/test-kit';
import type { DataSource } from 'typeorm';
import { type Run, inTransaction, onConnection, poolOf } from './query';
import { openDataSource } from './testing/postgres-adapter';

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

/** Ends the connection that work runs on, as a server that shuts down does, and waits until this process has seen it. */
async function loseConnection(run: Run): Promise<void> {
  const [row] = await run<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' }, []);
  await source.query('SELECT pg_terminate_backend($1)', [row?.pid]);
  const isLost = () =>
    run({ text: 'SELECT 1' }, []).then(
      () => false,
      () => true,
    );
  await eventually(isLost, 'the connection to be lost');
}

it.each([
  ['a transaction', (work: (run: Run) => Promise<void>) => inTransaction(source, work)],
  ['a connection', (work: (run: Run) => Promise<void>) => onConnection(poolOf(source), work)],
])(
  '%s whose server ends it between two statements is unavailable, and the process goes on',
  async (_name, use) => {
    const statement = { text: 'SELECT 1 AS one' };
    const work = use(async (run) => {
      await loseConnection(run);
      await run(statement, []);
    });
    await expect(work).rejects.toBeInstanceOf(Unavailable);
    expect(await source.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  },
);
