import { createTestDatabase } from '@nexus-state/test-kit';
import { faultsAfterKills, killWriters } from '../testing/spec/kill-writers';
import { PostgresStore } from '.';

jest.setTimeout(600_000);

it('PostgresStore loses nothing that was acknowledged when its process is killed 50 times', async () => {
  const database = await createTestDatabase();
  const acknowledged = await killWriters(['postgres', database.url], 50);
  const store = await PostgresStore.open({ connectionString: database.url });
  expect(await faultsAfterKills(store, acknowledged)).toEqual([]);
  await store.close();
  await database.drop();
  console.log(`50 kills, ${acknowledged.reduce((sum, n) => sum + n, 0)} acknowledged writes, none lost`);
});
