import { createTestDatabase } from '@nexus-state/test-kit';
import { describeEmbeddingStore } from '@nexus-state/state-core/testing/embedding-store.contract';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { PostgresEmbeddingStore } from './embedding-store';
import { onTestDatabase, openDataSource } from './testing/postgres-adapter';
import { applyVectorTable } from './vector-table';

/** A server with pgvector, if there is one for tests. */
const vectorServer = process.env['TEST_PGVECTOR_URL'];

describeEmbeddingStore('PostgreSQL, as bytes', async () => {
  const { store, source, close } = await onTestDatabase((opened) => new PostgresEmbeddingStore(opened));
  await source.query('DROP TABLE IF EXISTS embedding_vectors');
  return { store, close };
});

const vector = Float32Array.from([0.1, -2, 3e-20]);

async function apply(source: DataSource): Promise<number | undefined> {
  const runner = source.createQueryRunner();
  try {
    return await applyVectorTable(runner);
  } finally {
    await runner.release();
  }
}

it('changes nothing where the server has no pgvector', async () => {
  const { store, source, close } = await onTestDatabase((opened) => new PostgresEmbeddingStore(opened));
  const [available] = await source.query(`SELECT FROM pg_available_extensions WHERE name = 'vector'`);
  await store.write('ann', 'model', [{ checksum: 'a', vector }]);
  expect(await apply(source)).toBe(available ? 0 : undefined);
  const [{ found }] = await source.query(`SELECT to_regclass('embedding_vectors') IS NOT NULL AS found`);
  expect(found).toBe(available !== undefined);
  expect(await store.read('ann', 'model', ['a'])).toEqual([{ checksum: 'a', vector }]);
  await close();
});

if (!vectorServer) {
  it.skip('pgvector: TEST_PGVECTOR_URL names no server that has it', () => undefined);
} else {
  describeEmbeddingStore('PostgreSQL, with pgvector', async () => {
    const { store, source, close } = await onTestDatabase(
      (opened) => new PostgresEmbeddingStore(opened),
      vectorServer,
    );
    expect(await apply(source)).toBe(0);
    return { store, close };
  });

  describe('pgvector', () => {
    it('takes over the vectors that are kept as bytes, but for what it cannot hold, also a second time', async () => {
      const { source, close } = await onTestDatabase(() => undefined, vectorServer);
      const written = async (checksums: readonly string[], made: Float32Array) => {
        const before = new PostgresEmbeddingStore(source);
        // A process that began before the table was made.
        await source.query('ALTER TABLE embedding_vectors RENAME TO hidden');
        await before.write(
          'ann',
          'model',
          checksums.map((checksum) => ({ checksum, vector: made })),
        );
        await source.query('ALTER TABLE hidden RENAME TO embedding_vectors');
      };
      const names = Array.from({ length: 1_201 }, (_, n) => `c${n}`);
      await written(names, vector);
      await written(['huge'], new Float32Array(16_001));
      await written(['infinite'], Float32Array.from([Infinity]));
      expect(await apply(source)).toBe(1_203);
      const store = new PostgresEmbeddingStore(source);
      expect(await store.missing('ann', 'model', [...names, 'huge', 'infinite'])).toEqual([
        'huge',
        'infinite',
      ]);
      expect(await store.read('ann', 'model', ['c1200'])).toEqual([{ checksum: 'c1200', vector }]);
      await written(['late', 'c1'], vector);
      expect(await apply(source)).toBe(2);
      expect(await store.missing('ann', 'model', ['late'])).toEqual([]);
      expect(await source.query('SELECT FROM embeddings')).toEqual([]);
      await close();
    });

    it('is left alone where the role may not create it', async () => {
      const database = await createTestDatabase(vectorServer);
      const admin = new Client(database.url);
      await admin.connect();
      const role = `role_${database.url.split('_').at(-1)}`;
      await admin.query('DROP EXTENSION vector CASCADE; DROP TABLE embedding_vectors');
      await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'role'`);
      const url = new URL(database.url);
      [url.username, url.password] = [role, 'role'];
      const source = await openDataSource(url.href);
      expect(await apply(source)).toBeUndefined();
      await source.destroy();
      await admin.query(`DROP ROLE ${role}`);
      await admin.end();
      await database.drop();
    });
  });
}
