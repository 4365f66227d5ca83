import type { HistoryEntry, PanelKey } from '@nexus-state/state-core';
import { anAppend } from '@nexus-state/state-core/testing';
import { feedReader } from '@nexus-state/state-core/testing/whole-feed';
import { aWorkspace } from '@nexus-state/state-core/testing/snapshot-builders';
import { describeWorkspaceWriter } from '@nexus-state/state-core/testing/workspace-writer.contract';
import { PostgresChangeFeed } from './change-feed';
import { PostgresPanelStore } from './panel-store';
import { PostgresWorkspaceWriter } from './workspace-writer';
import { onTestDatabase } from './testing/postgres-adapter';

describeWorkspaceWriter('PostgreSQL', async () => {
  const { source, store, close } = await onTestDatabase((source) => new PostgresPanelStore(source));
  return { store, writer: new PostgresWorkspaceWriter(source), close };
});

describe('PostgresWorkspaceWriter, among other writers', () => {
  const workspace = aWorkspace();
  const at = (panelId: string): PanelKey => ({ ...workspace, panelId });
  let database: Awaited<ReturnType<typeof onTestDatabase<PostgresPanelStore>>>;
  beforeAll(async () => {
    database = await onTestDatabase((source) => new PostgresPanelStore(source));
  });
  afterAll(() => database?.close());

  it('wins against writers that never pause, and the feed has every panel in order', async () => {
    const { store, source } = database;
    const writer = new PostgresWorkspaceWriter(source);
    const feed = new PostgresChangeFeed(source);
    const ids = Array.from({ length: 30 }, (_, n) => `panel-${n}`);
    await store.append(ids.map((id) => anAppend(at(id), 0, [{ state: {} }])));
    let writing = true;
    let following = true;
    let written = 0;
    const write = async (mine: readonly string[]) => {
      for (let n = 0; writing; n++) {
        const key = at(mine[n % mine.length] as string);
        const version = (await store.read(key))?.version ?? 0;
        const [outcome] = await store.append([anAppend(key, version, [{ state: { n } }])]);
        if (outcome?.outcome === 'appended') written++;
      }
    };
    const followed: string[] = [];
    const follow = async () => {
      const next = feedReader(feed, workspace);
      const read = async () => void followed.push(...(await next()).map(textOf));
      while (following) await read();
      await read();
    };
    const others = [write(ids), write([...ids].reverse()), write(ids.slice(0, 3))];
    const follower = follow();
    for (let n = 0; n < 10; n++) {
      await writer.rewrite(workspace, async (held) => {
        const appends = [...held.panels].map(([id, { version }]) =>
          anAppend(at(id), version, [{ state: { rewritten: n } }]),
        );
        await held.append(appends.slice(0, 10));
        await held.append(appends.slice(10));
      });
    }
    writing = false;
    await Promise.all(others);
    following = false;
    await follower;
    expect(written).toBeGreaterThan(10);

    const changes = await feedReader(feed, workspace, 100)();
    const told = changes.map(textOf);
    expect(told).toHaveLength(30 + written + 10 * 30);
    for (const id of ids) {
      const versions = versionsOf(told, id);
      expect(versions).toEqual(versions.map((_, index) => index + 1));
    }
    const revisions = [...new Set(changes.map(({ revision }) => revision))];
    expect(revisions).toEqual(revisions.map((_, index) => index + 1));
    expect(revisions).toHaveLength(30 + written + 10);
    // A reader that follows it while it grows misses nothing, and reads the same.
    expect(followed).toEqual(told);
  }, 60_000);
});

const textOf = ({ key, version }: HistoryEntry): string => `${key.panelId} ${version}`;

/** The versions of one panel in a feed. */
function versionsOf(told: readonly string[], panelId: string): number[] {
  const about = told.filter((text) => text.startsWith(`${panelId} `));
  return about.map((text) => Number(text.split(' ')[1]));
}
