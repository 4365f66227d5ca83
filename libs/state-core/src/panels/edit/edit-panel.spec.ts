import { MemoryPanelStore } from '../../memory';
import type { Decide, Proposal, RecentChanges, Tip } from '../group-commit';
import type { JsonObject } from '@nexus-state/documents';
import { defaultLimits } from '../model';
import { aPanelKey, anAppend } from '../../testing/panel-builders';
import { type EditPanel, type EditPorts, editPanel } from './edit-panel';

const key = aPanelKey();
const origin = { actor: 'someone', triggeredBy: 'user', triggerSource: null };
const start: JsonObject = { list: [], mine: 0 };

/** A store at version 3, and a commit that shows those who decide what it is told to. */
async function world(shown: { current: Tip; recent: RecentChanges }) {
  const store = new MemoryPanelStore();
  await store.append([anAppend(key, 0, [{ state: start }])]);
  await store.append([anAppend(key, 1, [{ state: { ...start, list: ['a'] } }], start)]);
  await store.append([
    anAppend(key, 2, [{ state: { ...start, list: ['a', 'theirs'] } }], { ...start, list: ['a'] }),
  ]);
  const proposals: Proposal[] = [];
  const commit = {
    write: async (_: unknown, decide: Decide) => {
      proposals.push(decide(shown.current, shown.recent));
      return undefined as never;
    },
  };
  const ports: EditPorts = { store, history: store, commit, limits: defaultLimits };
  return { ports, proposals };
}

const edit: EditPanel = {
  key,
  origin,
  expectation: { kind: 'version', version: 1, from: 'body' },
  onConflict: 'merge',
  patchFor: () => [{ op: 'replace', path: '/mine', value: 1 }],
};

describe('editPanel', () => {
  it('merges over what it reads from history', async () => {
    const current = { version: 3, state: { ...start, list: ['a', 'theirs'] }, deleted: false };
    const { ports, proposals } = await world({ current, recent: { newest: [] } });
    await editPanel(edit, ports);
    expect(proposals[0]?.content.state).toEqual({ list: ['a', 'theirs'], mine: 1 });
    expect(proposals[0]?.baseVersion).toBe(1);
  });

  it('decides on a change that is not accepted yet, where the store has another one under its version', async () => {
    const [ours] = anAppend(key, 2, [{ state: { ...start, list: ['a', 'ours'] } }], {
      ...start,
      list: ['a'],
    }).changes;
    const current = { version: 3, state: { ...start, list: ['a', 'ours'] }, deleted: false };
    const { ports, proposals } = await world({ current, recent: { newest: ours ? [ours] : [] } });
    await editPanel(edit, ports);
    expect(proposals[0]?.content.state).toEqual({ list: ['a', 'ours'], mine: 1 });
  });

  it('decides on an older panel than history has, as a hint may be', async () => {
    const current = { version: 2, state: { ...start, list: ['a'] }, deleted: false };
    const { ports, proposals } = await world({ current, recent: { newest: [] } });
    await editPanel(edit, ports);
    expect(proposals[0]?.content.state).toEqual({ list: ['a'], mine: 1 });
  });
});
