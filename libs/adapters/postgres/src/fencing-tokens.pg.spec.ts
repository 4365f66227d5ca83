import { aPanelKey, anAppend, eventually } from '@nexus-state/state-core/testing';
import { describeFencingTokens } from '@nexus-state/state-core/testing/fencing-tokens.contract';
import { aLock } from '@nexus-state/state-core/testing/lock-store.contract';
import { OwnPostgres } from '@nexus-state/test-kit';
import { PostgresFencingTokens } from './fencing-tokens';
import { PostgresPanelStore } from './panel-store';
import { inTransaction } from './query';
import { onTestDatabase } from './testing/postgres-adapter';

describeFencingTokens('PostgreSQL', async () => {
  const { store, source, close } = await onTestDatabase((database) => new PostgresPanelStore(database));
  return { store, fencing: new PostgresFencingTokens(source), close };
});

it('a write that is under way holds the next number back, and one behind a number that is just given out is lost', async () => {
  // What waits here would keep the feeds of other specs back: they see what no running transaction is older than.
  const server = await OwnPostgres.start();
  const { store, source, close } = await onTestDatabase(
    (database) => new PostgresPanelStore(database),
    server.url,
  );
  const fencing = new PostgresFencingTokens(source);
  const waiting = (what: string) =>
    eventually(async () => {
      const rows = await source.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1`,
        [`%${what}%`],
      );
      return rows.length > 0;
    }, `${what} to wait`);
  const lock = aLock();
  const under = { ...lock, fencingToken: 1 };
  await fencing.advance(lock, 0);
  const key = aPanelKey();
  await store.append([anAppend(key, 0, [{ state: {} }])]);

  // Another transaction holds the panel, so the write waits with its lock checked.
  let advanced: Promise<number | undefined> | undefined;
  let write: Promise<unknown> | undefined;
  await inTransaction(source, async (run) => {
    await run({ text: 'SELECT 1 FROM panel_states WHERE owner = $1 FOR UPDATE' }, [key.owner]);
    write = store.append([{ ...anAppend(key, 1, [{ state: { n: 1 } }]), lock: under }]);
    await waiting('asked AS MATERIALIZED');
    advanced = fencing.advance(lock, 1);
    await waiting('INSERT INTO lock_tokens');
  });
  expect([await write, await advanced]).toMatchObject([[{ outcome: 'appended' }], 2]);

  // A holder is just being given number 3; the write began when 2 was the newest.
  await inTransaction(source, async (run) => {
    await run({ text: 'UPDATE lock_tokens SET fencing_token = 3 WHERE owner = $1' }, [lock.owner]);
    write = store.append([
      { ...anAppend(key, 2, [{ state: { n: 2 } }]), lock: { ...lock, fencingToken: 2 } },
    ]);
    await waiting('asked AS MATERIALIZED');
  });
  expect(await write).toEqual([{ outcome: 'lock-lost' }]);
  expect((await store.read(key))?.version).toBe(2);
  await close();
  await server.stop();
});
