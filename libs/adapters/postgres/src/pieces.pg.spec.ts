import { createTestDatabase, type TestDatabase } from '@nexus-state/test-kit';
import type { DataSource } from 'typeorm';
import { Pieces } from './pieces';
import { type Run, inTransaction, runOver } from './query';
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

/** A list as the binary format of `jsonb`: its version, and its text. */
const jsonb = (...parts: string[]) =>
  new Pieces([Buffer.from([1]), ...parts.map((part) => Buffer.from(part))]);
const statement = {
  name: 'pieces',
  text: `SELECT $1::jsonb AS value, $2::text AS text, $3::integer AS number, $4::timestamptz IS NULL AS "isNull"`,
};
const large = 'ä'.repeat(3_000_000);

it.each<[string, (work: (run: Run) => Promise<void>) => Promise<void>]>([
  ['a pool', (work) => work(runOver(source))],
  ['a transaction', (work) => inTransaction(source, work)],
])('a parameter in pieces arrives whole, with others beside it, through %s', async (_, use) => {
  await use(async (run) => {
    for (const text of ['x', large]) {
      const values = [jsonb('[1', ',"', text, '"]'), 'é', 7, null];
      expect(await run(statement, values)).toEqual([
        { value: [1, text], text: 'é', number: 7, isNull: true },
      ]);
    }
    // The same statement, prepared by now, without pieces.
    expect(await run(statement, ['{}', '', 0, null])).toMatchObject([{ value: {} }]);
  });
});

it('a statement that fails with pieces leaves the connection in use', async () => {
  const run = runOver(source);
  await expect(run(statement, [jsonb('[1,'), '', 1, null])).rejects.toMatchObject({ code: '22P02' });
  await expect(run({ text: 'SELECT $1::jsonb FROM nowhere' }, [jsonb('1')])).rejects.toMatchObject({
    code: '42P01',
  });
  expect(await run(statement, [jsonb('2'), '', 1, null])).toMatchObject([{ value: 2 }]);
});
