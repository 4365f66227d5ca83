import { aPanelKey, anAppend } from '@nexus-state/state-core/testing';
import { PostgresPanelStore } from './panel-store';
import { onTestDatabase } from './testing/postgres-adapter';

it('keeps the latest of the accesses that are reported', async () => {
  const { store, source, close } = await onTestDatabase((database) => new PostgresPanelStore(database));
  const key = aPanelKey();
  await store.append([anAppend(key, 0, [{ state: {} }])]);
  await store.touch([{ key, at: '2031-01-01T00:00:00.000Z' }]);
  await store.touch([{ key, at: '2030-01-01T00:00:00.000Z' }]);
  const [row] = await source.query('SELECT last_accessed_at FROM panel_states');
  expect(row.last_accessed_at.toISOString()).toBe('2031-01-01T00:00:00.000Z');
  await close();
});
