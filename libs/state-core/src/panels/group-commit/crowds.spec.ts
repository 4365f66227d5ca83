import { aPanelKey } from '../../testing/panel-builders';
import { breath, count, key, open } from '../../testing/counting-store';
import { Crowds } from './crowds';

describe('Crowds', () => {
  it('counts the writes of each workspace until they are settled, and forgets it with the last', async () => {
    const crowds = new Crowds(2);
    const [one, other] = [aPanelKey({ workspaceId: 'one' }), aPanelKey({ workspaceId: 'other' })];
    const done: (() => void)[] = [];
    const write = () => new Promise<void>((resolve) => done.push(resolve));
    const written = [crowds.count(one, write()), crowds.count(one, write())];
    const failed = crowds.count(other, Promise.reject(new Error('refused')));
    expect([crowds.of(one).writes, crowds.of(other).writes, crowds.size]).toEqual([2, 1, 2]);
    expect([crowds.laneOf(crowds.of(one)), crowds.laneOf(crowds.of(other))]).toEqual(['crowded', 'shared']);
    await expect(failed).rejects.toThrow('refused');
    expect(crowds.size).toBe(1);
    done[0]?.();
    await written[0];
    expect(crowds.laneOf(crowds.of(one))).toBe('shared');
    done[1]?.();
    await written[1];
    expect(crowds.size).toBe(0);
  });

  it('keeps owners apart whose workspaces have one name', () => {
    const crowds = new Crowds(1);
    const of = (owner: string) => crowds.of(aPanelKey({ owner, workspaceId: 'garden' }));
    expect(of('ann')).not.toBe(of('bob'));
    expect(of('ann')).toBe(of('ann'));
  });
});

describe('a quiet workspace beside a crowded one', () => {
  const quiet = { ...key('panel'), workspaceId: 'quiet' };
  const limits = { batchesInFlight: 1, crowdedFrom: 4 };

  /** A workspace with writes under way that the store does not answer. */
  async function crowded() {
    const { store, commit } = open(limits);
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    store.beforeAppend = async (batch) => {
      if (batch.some((entry) => entry.key.workspaceId !== 'quiet')) await held;
    };
    const busy = Array.from({ length: 8 }, (_, n) => commit.write(key(`busy-${n}`), count));
    await breath();
    return { store, commit, busy, letGo };
  }

  it('does not wait for the batch of the other', async () => {
    const { store, commit, busy, letGo } = await crowded();
    const { change } = await commit.write(quiet, count);
    expect(change.version).toBe(1);
    expect(store.appends.at(-1)).toHaveLength(1);
    letGo();
    await Promise.all(busy);
    expect(store.panels.size).toBe(9);
  });

  it('is not in one batch with the other, also where their writes come at once', async () => {
    const { store, commit, busy, letGo } = await crowded();
    const more = Array.from({ length: 8 }, (_, n) => commit.write(key(`more-${n}`), count));
    await Promise.all([commit.write(quiet, count), commit.write({ ...quiet, panelId: 'two' }, count)]);
    letGo();
    await Promise.all([...busy, ...more]);
    const workspaces = store.appends.map(
      (batch) => new Set(batch.map((entry) => entry.key.workspaceId)).size,
    );
    expect(Math.max(...workspaces)).toBe(1);
  });

  it('shares batches with others that have as little to do', async () => {
    const { store, commit } = open(limits);
    const owners = ['one', 'two', 'three'].map((workspaceId) => ({ ...quiet, workspaceId }));
    await Promise.all(owners.map((one) => commit.write(one, count)));
    expect(store.appends.map((batch) => batch.length)).toEqual([3]);
  });
});
