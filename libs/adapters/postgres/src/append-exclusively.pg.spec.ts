import type { PanelKey } from '@nexus-state/state-core';
import { anAppend } from '@nexus-state/state-core/testing';
import { feedReader } from '@nexus-state/state-core/testing/whole-feed';
import { describeExclusiveAppend } from '@nexus-state/state-core/testing/exclusive-append.contract';
import { onTestDatabase } from './testing/postgres-adapter';
import { aWorkspace } from '@nexus-state/state-core/testing/snapshot-builders';
import { PostgresChangeFeed } from './change-feed';
import { PostgresPanelStore } from './panel-store';

describeExclusiveAppend('PostgreSQL', () => onTestDatabase((source) => new PostgresPanelStore(source)));

it('an exclusive turn over several panels wins against writers that never pause, and the feed has every panel in order', async () => {
  const workspace = aWorkspace();
  const at = (panelId: string): PanelKey => ({ ...workspace, panelId });
  const { store, source, close } = await onTestDatabase((database) => new PostgresPanelStore(database));
  const feed = new PostgresChangeFeed(source);
  const ids = ['a', 'b', 'c', 'd'];
  await store.append(ids.map((id) => anAppend(at(id), 0, [{ state: {} }])));
  let writing = true;
  const write = async (mine: readonly string[]) => {
    for (let n = 0; writing; n++) {
      const key = at(mine[n % mine.length] as string);
      const version = (await store.read(key))?.version ?? 0;
      await store.append([anAppend(key, version, [{ state: { n } }])]);
    }
  };
  const others = [write(ids), write([...ids].reverse())];
  for (let n = 0; n < 20; n++) {
    const outcome = await store.appendTogetherExclusively(workspace, [...ids].reverse(), async (panels) => ({
      batch: ids.map((id) => anAppend(at(id), panels.get(id)?.version ?? 0, [{ state: { together: n } }])),
      checks: [],
    }));
    expect(outcome?.outcome).toBe('appended');
  }
  writing = false;
  await Promise.all(others);

  const told = new Map<string, number>();
  for (const { key, version } of await feedReader(feed, workspace)()) {
    expect(version).toBe((told.get(key.panelId) ?? 0) + 1);
    told.set(key.panelId, version);
  }
  for (const id of ids) expect(told.get(id)).toBe((await store.read(at(id)))?.version);
  await close();
});
