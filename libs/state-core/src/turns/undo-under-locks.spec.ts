import { LockLost } from '../errors';
import { lockKey } from '../locks/model';
import { CoreWorld, any } from '../testing/core-world';
import { VisiblePanels } from '../workspaces/access';

const name = lockKey('ann', 'printer');
const under = (fencingToken: number) => ({ lock: { ...name, fencingToken } });
const bot = { actor: 'bot', triggeredBy: 'ai', triggerSource: null };

let world: CoreWorld;
beforeEach(async () => {
  world = new CoreWorld();
  await world.create({ n: 0 });
  for (let newest = 0; newest < 2; newest++) await world.store.fencing.advance(name, newest);
});

const asker = () => ({ workspace: world.workspace, actor: 'ann', visible: VisiblePanels.all });
const write = (about?: { readonly turnId: string }) =>
  world.edit({ kind: 'patch', patch: [{ op: 'replace', path: '/n', value: 1 }] }, any, {
    origin: about ? { ...bot, about } : bot,
  });

/** What is done under a lock, once there is something to do. */
const deeds: Readonly<Record<string, () => Promise<(fencingToken: number) => Promise<unknown>>>> = {
  'an undo': async () => {
    await write();
    return (number) =>
      world.core.turns.undo({ ...asker(), by: 'bot', sinceRevision: 1, preview: false, ...under(number) });
  },
  'an abort': async () => {
    const { turnId } = await world.core.turns.begin(asker(), { agent: 'bot', policy: 'merge' });
    await write({ turnId });
    return (number) => world.core.turns.abort(asker(), turnId, under(number));
  },
  'an approval': async () => {
    const { proposalId } = await world.core.proposals.propose({
      ...{ workspace: world.workspace, title: 'change', origin: bot },
      changes: [{ panelId: 'panel', version: 1, state: { n: 1 } }],
    });
    return (number) =>
      world.core.proposals.approve({ ...asker(), role: 'editor' }, proposalId, under(number));
  },
};

describe.each(Object.entries(deeds))('%s under a lock', (_, prepare) => {
  it('is done under the newest number, and refused under any other one', async () => {
    const act = await prepare();
    const { version } = await world.read();
    for (const number of [1, 3]) await expect(act(number)).rejects.toEqual(new LockLost('printer', number));
    expect((await world.read()).version).toBe(version);
    await act(2);
    expect((await world.read()).version).toBe(version + 1);
  });

  it('is refused where the number was the newest until it was stored', async () => {
    const act = await prepare();
    const { version } = await world.read();
    const { store } = world;
    const appendTogether = store.appendTogether.bind(store);
    store.appendTogether = async (...args) => {
      await store.fencing.advance(name, 2);
      return appendTogether(...args);
    };
    await expect(act(2)).rejects.toEqual(new LockLost('printer', 2));
    expect((await world.read()).version).toBe(version);
    await act(3);
    expect((await world.read()).version).toBe(version + 1);
  });
});
