import type { JsonObject } from '@nexus-state/documents';
import { VisiblePanels } from '../workspaces/access';
import { CoreWorld, any, at, editor } from '../testing/core-world';
import type { TurnPolicy } from './model';

/** A world in which an agent works beside Ann. */
class TurnWorld extends CoreWorld {
  get asker() {
    return { workspace: this.workspace, actor: 'bot', visible: VisiblePanels.all };
  }

  async begin(policy: TurnPolicy = 'merge', panels?: string[], ttlSeconds?: number): Promise<string> {
    return (await this.core.turns.begin(this.asker, { agent: 'bot', policy, panels, ttlSeconds })).turnId;
  }

  origin(turnId: string) {
    return { actor: 'bot', triggeredBy: 'ai', triggerSource: null, about: { turnId } };
  }

  patch(panelId: string, version: number, members: JsonObject, turnId?: string) {
    const patch = Object.entries(members).map(([key, value]) => ({
      op: 'add' as const,
      path: `/${key}`,
      value: value as JsonObject,
    }));
    return this.edit({ kind: 'patch', patch }, at(version), {
      key: this.key(panelId),
      onConflict: 'merge',
      origin: turnId === undefined ? editor : this.origin(turnId),
    });
  }
}

let world: TurnWorld;
beforeEach(async () => {
  world = new TurnWorld();
  await world.create({ title: 'a', n: 0 });
});

describe('a turn', () => {
  it('has its changes, and what others changed under it', async () => {
    const turnId = await world.begin();
    await world.patch('panel', 1, { n: 1 }, turnId);
    await world.patch('panel', 2, { title: 'b' });
    const { turn, changes, underneath } = await world.core.turns.read(world.asker, turnId);
    expect(turn).toMatchObject({ agent: 'bot', policy: 'merge', state: 'open', baseRevision: 1 });
    expect(changes).toMatchObject([{ version: 2, revision: 2, about: { turnId } }]);
    expect(underneath).toMatchObject([{ version: 3, actor: 'ann' }]);
    expect(await world.core.turns.commit(world.asker, turnId)).toMatchObject({ revision: 3, changes });
  });

  it('takes no change after its end, nor another end', async () => {
    const turnId = await world.begin();
    await world.core.turns.commit(world.asker, turnId);
    const ended = { code: 'turn_ended', facts: { turnId, state: 'committed' } };
    await expect(world.patch('panel', 1, { n: 1 }, turnId)).rejects.toMatchObject(ended);
    await expect(world.core.turns.commit(world.asker, turnId)).rejects.toMatchObject(ended);
    await expect(world.core.turns.abort(world.asker, turnId)).rejects.toMatchObject(ended);
    await expect(world.patch('panel', 1, { n: 1 }, 'none')).rejects.toMatchObject({ code: 'not_found' });
    expect((await world.read()).version).toBe(1);
  });

  it('changes nothing outside its panels, also in a transaction', async () => {
    const turnId = await world.begin('merge', ['pa*']);
    await world.patch('panel', 1, { n: 1 }, turnId);
    const refused = { code: 'forbidden', facts: { turnId, panelId: 'other' } };
    const other = { key: world.key('other'), origin: world.origin(turnId) };
    await expect(world.create({}, other)).rejects.toMatchObject(refused);
    const operations = [{ op: 'set', panelId: 'other', state: {} }] as const;
    const command = { workspace: world.workspace, operations, origin: world.origin(turnId) };
    await expect(world.core.transact(command)).rejects.toMatchObject(refused);
  });

  it('is closed when its time has passed, and nothing is undone', async () => {
    const turnId = await world.begin();
    await world.store.turns.begin(world.workspace, {
      ...(await world.core.turns.read(world.asker, turnId)).turn,
      turnId: 'late',
      expiresAt: '2020-01-01T00:00:00.000Z',
    });
    await expect(world.patch('panel', 1, { n: 1 }, 'late')).rejects.toMatchObject({ code: 'turn_ended' });
    expect(await world.core.turns.list(world.workspace, { state: 'expired', limit: 10 })).toMatchObject({
      turns: [{ turnId: 'late', state: 'expired', endedAt: '2020-01-01T00:00:00.000Z' }],
      nextCursor: null,
    });
  });
});

describe('a change of a turn that collides', () => {
  const collide = async (policy: TurnPolicy, members: JsonObject) => {
    const turnId = await world.begin(policy);
    await world.patch('panel', 1, { title: 'hers' });
    return world.patch('panel', 1, members, turnId);
  };

  it('is refused with `merge`', async () => {
    const conflicts = [{ path: '/title', yours: 'its', theirs: 'hers' }];
    await expect(collide('merge', { title: 'its', n: 1 })).rejects.toMatchObject({
      code: 'merge_conflict',
      facts: { conflicts },
    });
  });

  it('leaves what people wrote with `human-wins`, and makes the rest', async () => {
    const { change, facts } = await collide('human-wins', { title: 'its', n: 1 });
    expect(facts).toEqual({ dropped: [{ path: '/title', yours: 'its', theirs: 'hers' }] });
    expect(change.version).toBe(3);
    expect(await world.read()).toEqual({ version: 3, state: { title: 'hers', n: 1 } });
  });

  it('makes no version where all of it collides', async () => {
    const { change, facts, kept } = await collide('human-wins', { title: 'its' });
    expect([change.version, kept, facts]).toEqual([
      2,
      true,
      { dropped: [{ path: '/title', yours: 'its', theirs: 'hers' }] },
    ]);
    expect((await world.read()).version).toBe(2);
  });

  it('becomes a proposal with `propose`', async () => {
    const { change, facts } = await collide('propose', { title: 'its', n: 1 });
    expect(change.version).toBe(3);
    const { proposalId } = facts as { proposalId: string };
    const { proposal, panels } = await world.core.proposals.read(world.asker, proposalId);
    expect(proposal).toMatchObject({
      state: 'open',
      changes: [{ panelId: 'panel', version: 1, patches: [{ op: 'add', path: '/title', value: 'its' }] }],
    });
    expect(panels).toMatchObject([{ conflicts: [{ path: '/title', yours: 'its', theirs: 'hers' }] }]);
  });

  it('is proposed with the change: whoever is killed before telling of it loses nothing', async () => {
    // Everything after the change is stored fails, as if the process were gone.
    world.core.proposals.keep = () => Promise.reject(new Error('killed'));
    await expect(collide('propose', { title: 'its', n: 1 })).rejects.toThrow('killed');
    expect((await world.read()).state).toEqual({ title: 'hers', n: 1 });
    const { proposals } = await world.core.proposals.list(world.asker, { state: 'open', limit: 9 });
    expect(proposals).toMatchObject([
      { changes: [{ version: 1, patches: [{ op: 'add', path: '/title', value: 'its' }] }] },
    ]);
  });

  it('does not overwrite, whatever it asks for', async () => {
    const turnId = await world.begin('human-wins');
    await world.patch('panel', 1, { title: 'hers' });
    const { facts } = await world.replace({ title: 'its', n: 0 }, 1, {
      onConflict: 'overwrite',
      origin: world.origin(turnId),
    });
    expect(facts).toMatchObject({ dropped: [{ path: '/title' }] });
  });
});

describe('the abort of a turn', () => {
  it('takes exactly its changes back, in one transaction', async () => {
    const turnId = await world.begin();
    await world.patch('panel', 1, { n: 1, title: 'its' }, turnId);
    await world.create({ made: true }, { key: world.key('made'), origin: world.origin(turnId) });
    await world.patch('panel', 2, { title: 'hers', more: 1 });
    const preview = await world.core.turns.abort(world.asker, turnId, { preview: true });
    expect(preview.preview).toBe(true);
    const aborted = await world.core.turns.abort(world.asker, turnId);
    expect(aborted).toEqual({ ...preview, revision: 5, preview: false });
    expect(aborted.conflicts).toEqual([{ panelId: 'panel', path: '/title', yours: 'a', theirs: 'hers' }]);
    expect(aborted.undone.map(({ panelId }) => panelId)).toEqual(['made', 'panel']);
    expect((await world.read()).state).toEqual({ n: 0, title: 'hers', more: 1 });
    await expect(world.read('made')).rejects.toMatchObject({ code: 'not_found' });
    const [newest] = (await world.core.readHistory({ key: world.key(), limit: 1, offset: 0 })).entries;
    expect(newest).toMatchObject({ changeType: 'reverted', triggerSource: `turn:${turnId}`, revision: 5 });
    expect((await world.core.turns.read(world.asker, turnId)).turn.state).toBe('aborted');
  });

  it('brings back what it deleted', async () => {
    const turnId = await world.begin();
    await world.edit({ kind: 'delete' }, any, { origin: world.origin(turnId) });
    await world.core.turns.abort(world.asker, turnId);
    expect((await world.read()).state).toEqual({ title: 'a', n: 0 });
  });

  it('misses no change that is under way', async () => {
    const turnId = await world.begin();
    const writes = Array.from({ length: 20 }, (_, index) =>
      world
        .edit({ kind: 'patch', patch: [{ op: 'add', path: `/k${index}`, value: index }] }, any, {
          origin: world.origin(turnId),
        })
        .then(
          () => 'made',
          (error: { code: string }) => error.code,
        ),
    );
    await world.core.turns.abort(world.asker, turnId);
    const outcomes = await Promise.all(writes);
    expect(outcomes.every((one) => one === 'made' || one === 'turn_ended')).toBe(true);
    expect((await world.read()).state).toEqual({ title: 'a', n: 0 });
  });
});

describe('an undo', () => {
  const undo = (criteria: object) => world.core.turns.undo({ ...world.asker, preview: false, ...criteria });

  it('takes back what one actor did since a revision, and nothing where there is nothing', async () => {
    await world.patch('panel', 1, { n: 1 });
    const bob = { ...editor, actor: 'bob' };
    await world.edit({ kind: 'patch', patch: [{ op: 'replace', path: '/title', value: 'b' }] }, any, {
      origin: bob,
    });
    expect(await undo({ by: 'ann', sinceRevision: 1 })).toMatchObject({
      revision: 4,
      undone: [{ panelId: 'panel', version: 4, patch: [{ op: 'replace', path: '/n', value: 0 }] }],
      conflicts: [],
    });
    expect((await world.read()).state).toEqual({ title: 'b', n: 0 });
    expect(await undo({ by: 'nobody' })).toEqual({
      revision: undefined,
      undone: [],
      conflicts: [],
      preview: false,
    });
    expect((await world.read()).version).toBe(4);
  });

  it('keeps to the panels and the time that it names', async () => {
    await world.create({ n: 0 }, { key: world.key('other') });
    await world.patch('panel', 1, { n: 1 });
    await world.patch('other', 1, { n: 1 });
    await undo({ panels: ['oth*'], sinceRevision: 2 });
    expect([(await world.read()).state['n'], (await world.read('other')).state['n']]).toEqual([1, 0]);
    await undo({ since: '2100-01-01T00:00:00Z' });
    await undo({ untilRevision: 3, sinceRevision: 2 });
    expect((await world.read()).state['n']).toBe(0);
  });

  it('finds nothing left where it was done before', async () => {
    await world.patch('panel', 1, { n: 1 }, await world.begin());
    await undo({ triggeredBy: 'ai' });
    expect(await undo({ triggeredBy: 'ai' })).toMatchObject({ undone: [], conflicts: [] });
    expect((await world.read()).state).toEqual({ title: 'a', n: 0 });
  });

  it('sees past turns that were aborted: their changes are taken back already', async () => {
    for (const [version, ending] of [
      [1, 'commit'],
      [2, 'abort'],
      [4, 'abort'],
    ] as const) {
      const turnId = await world.begin();
      await world.patch('panel', version, { n: version }, turnId);
      await world.core.turns[ending](world.asker, turnId);
    }
    expect(await undo({ triggeredBy: 'ai' })).toMatchObject({
      undone: [{ patch: [{ op: 'replace', path: '/n', value: 0 }] }],
      conflicts: [],
    });
    expect((await world.read()).state).toEqual({ title: 'a', n: 0 });
  });

  it('leaves alone what an aborted turn did before the time that it names', async () => {
    const turnId = await world.begin();
    await world.patch('panel', 1, { n: 1 }, turnId);
    await world.patch('panel', 2, { title: 'b' }, turnId);
    await world.core.turns.abort(world.asker, turnId);
    expect(await undo({ triggeredBy: 'ai', sinceRevision: 2 })).toMatchObject({ undone: [], conflicts: [] });
    expect((await world.read()).state).toEqual({ title: 'a', n: 0 });
  });

  it('says which changes', async () => {
    await expect(undo({})).rejects.toMatchObject({ code: 'validation_failed' });
    await expect(undo({ turnId: 'none' })).rejects.toMatchObject({ code: 'not_found' });
  });
});

it('is made of changes that say why', async () => {
  const provenance = { reason: 'typo', confidence: 0.9, model: 'm-1' };
  await world.edit({ kind: 'patch', patch: [{ op: 'replace', path: '/title', value: 'b' }] }, at(1), {
    origin: { ...editor, about: { provenance } },
  });
  const { values } = await world.core.blamePanel({ key: world.key() });
  expect(values.find(({ pointer }) => pointer === '/title')).toMatchObject({ about: { provenance } });
  const of = async (model: string) =>
    (await world.core.readHistory({ key: world.key(), limit: 9, offset: 0, filter: { model } })).totalChanges;
  expect([await of('m-1'), await of('m-2')]).toEqual([1, 0]);
});
