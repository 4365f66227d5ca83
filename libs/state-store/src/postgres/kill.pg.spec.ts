import { OwnPostgres, createEmptyDatabase } from '@nexus-state/test-kit';
import { take, until } from '../conformance/expect';
import { CountingWriters } from '../testing/spec/counting-writers';
import { faultsAfterKills, killWriters } from '../testing/spec/kill-writers';
import { PostgresStore } from '.';

jest.setTimeout(600_000);

it('PostgresStore loses nothing that was acknowledged when its process is killed 50 times', async () => {
  const database = await createEmptyDatabase();
  const acknowledged = await killWriters(['postgres', database.url], 50);
  const store = await PostgresStore.open({ connectionString: database.url });
  expect(await faultsAfterKills(store, acknowledged)).toEqual([]);
  await store.close();
  await database.drop();
  console.log(`50 kills, ${acknowledged.reduce((sum, n) => sum + n, 0)} acknowledged writes, none lost`);
});

it('PostgresStore loses nothing, and its watches miss nothing, when the server is killed 5 times', async () => {
  const server = await OwnPostgres.start();
  try {
    const store = await PostgresStore.open({ connectionString: server.url });
    const watch = store.watch('*');
    await watch.ready;
    const writers = new CountingWriters(store);
    for (let kill = 0; kill < 5; kill++) {
      const before = writers.total;
      await until(async () => writers.total > before + 10, 'acknowledged writes');
      await server.kill();
      await server.restart();
    }
    const before = writers.total;
    await until(async () => writers.total > before + 10, 'acknowledged writes');
    await writers.stop();
    expect(await faultsAfterKills(store, writers.acknowledged)).toEqual([]);
    const { revision } = await store.list('');
    const seen = await take(watch, 2 * revision);
    expect(seen.every((event, index) => event.revision === 1 + Math.floor(index / 2))).toBe(true);
    await store.close();
  } finally {
    await server.stop();
  }
});
