import { MemoryPanelStore } from '../../memory/memory-panel-store';
import { aPanelKey, anAppend } from '../../testing/panel-builders';
import { type PanelKey, type ReadChangesSince, defaultLimits, stateContent } from '../model';
import type { Decision } from './change-draft';
import { GroupCommit } from './group-commit';

/** How far a write has read. */
interface Read {
  readonly upTo: number;
}

describe('a write that has to see all that has happened to its panel', () => {
  const key = aPanelKey();
  const origin = { actor: 'someone', triggeredBy: 'user', triggerSource: null };
  const content = stateContent({ done: true }, defaultLimits);
  let store: MemoryPanelStore;
  let reads: { outside: number; held: number };

  /** Another process makes a change. */
  const another = async (): Promise<void> => {
    const panel = await store.read(key);
    const version = panel?.version ?? 0;
    await store.append([anAppend(key, version, [{ state: { n: version } }], panel?.state)]);
  };

  const open = (refuse?: (write: number) => void) =>
    new GroupCommit<{ key: PanelKey; write: number }, Read>({
      store,
      cachedPanel: () => undefined,
      announcing: () => async () => undefined,
      decide: (_, current, { history, recent }): Decision =>
        (history?.upTo ?? 0) + recent.newest.length < (current?.version ?? 0)
          ? { outcome: 'needs-history' }
          : { outcome: 'change', draft: { ...origin, changeType: 'updated', content, patch: [] } },
      readHistory: async ({ write }, known, since?: ReadChangesSince) => {
        const from = known?.upTo ?? 0;
        if (since) {
          reads.held++;
          refuse?.(write);
          return { upTo: from + (await since(from, 1_000)).length };
        }
        reads.outside++;
        const { length } = await store.changesSince(key, from, 1_000);
        await another();
        return { upTo: from + length };
      },
    });

  beforeEach(async () => {
    store = new MemoryPanelStore();
    reads = { outside: 0, held: 0 };
    await another();
  });

  it('is made while the panel is held, where another process is faster each time', async () => {
    const commit = open();
    const writes = Array.from({ length: 5 }, (_, write) => commit.write({ key, write }));
    const versions = (await Promise.all(writes)).map(({ change }) => change.version);
    expect(new Set(versions).size).toBe(5);
    expect(reads.outside).toBeLessThanOrEqual(10);
    expect(reads.held).toBeGreaterThan(0);
    expect((await store.read(key))?.state).toEqual({ done: true });
  });

  it('is refused alone, where its history cannot be read to the end', async () => {
    const commit = open((write) => {
      if (write === 1) throw new Error('too far behind');
    });
    const writes = Array.from({ length: 3 }, (_, write) => commit.write({ key, write }));
    const results = await Promise.allSettled(writes);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
