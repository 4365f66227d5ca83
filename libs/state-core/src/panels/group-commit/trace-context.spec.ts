import { AsyncLocalStorage } from 'node:async_hooks';
import { TestCommit, count, key, open } from '../../testing/counting-store';
import type { TraceContext, Tracer } from './trace-context';
import type { Accepted } from './change-draft';

/** Traces that are names; remembers which work served which requests together. */
class Names implements Tracer {
  readonly current = new AsyncLocalStorage<string>();
  readonly batches: string[][] = [];

  capture(): TraceContext {
    const name = this.current.getStore() as string;
    return { run: (work) => this.current.run(name, work) };
  }

  together<T>(all: readonly TraceContext[], work: () => Promise<T>): Promise<T> {
    this.batches.push(all.map((context) => context.run(() => this.current.getStore() as string)));
    return (all[0] as TraceContext).run(work);
  }
}

/** A commit, and what was announced on whose behalf. */
function aCommit() {
  const { ports, store } = open();
  const names = new Names();
  const announced: string[] = [];
  const announce = async (accepted: readonly Accepted[]) => {
    for (const { change, trace } of accepted) {
      const name = trace?.run(() => names.current.getStore());
      announced.push(`${change.key.panelId} ${change.version}: ${name}`);
    }
  };
  const commit = new TestCommit({ ...ports, announcing: () => announce, tracer: names });
  const writeAs = (name: string, panel: string) =>
    names.current.run(name, async () => {
      await commit.write(key(panel), count);
      return names.current.getStore();
    });
  return { store, names, announced, commit, writeAs };
}

describe('the traces of writes', () => {
  it('are distinct within a batch, and within a chain', async () => {
    const { names, announced, writeAs } = aCommit();
    const all = [writeAs('ann', 'p'), writeAs('bob', 'p'), writeAs('cy', 'q')];
    expect(await Promise.all(all)).toEqual(['ann', 'bob', 'cy']);
    expect(announced).toEqual(['p 1: ann', 'p 2: bob', 'q 1: cy']);
    expect(names.batches).toEqual([['ann', 'bob', 'cy']]);
  });

  it('are those of the writes, not of the one that started the batch', async () => {
    const { store, names, announced, writeAs } = aCommit();
    const late: Promise<unknown>[] = [];
    store.beforeAppend = () => {
      if (late.length === 0)
        late.push(
          names.current.run('cy', () => writeAs('dee', 'p')),
          writeAs('eve', 'p'),
        );
    };
    await writeAs('ann', 'p');
    await Promise.all(late);
    expect(names.batches).toEqual([['ann'], ['dee', 'eve']]);
    expect(announced).toEqual(['p 1: ann', 'p 2: dee', 'p 3: eve']);
  });

  it('are kept when a write starts over, and when it takes its turn exclusively', async () => {
    const { store, names, announced, writeAs } = aCommit();
    store.put(key('p'), 1, { n: 1 });
    let interferences = 2;
    store.beforeAppend = () => {
      if (interferences-- > 0) store.put(key('p'), 4 - interferences, { n: 1 });
    };
    await Promise.all([writeAs('ann', 'p'), writeAs('bob', 'p')]);
    expect(store.exclusives).toBe(1);
    expect(names.batches).toEqual([
      ['ann', 'bob'],
      ['ann', 'bob'],
      ['ann', 'bob'],
    ]);
    expect(announced).toEqual(['p 5: ann', 'p 6: bob']);
  });

  it('are absent without a tracer', async () => {
    const { ports } = open();
    const announced: Accepted[] = [];
    const announce = async (accepted: readonly Accepted[]) => void announced.push(...accepted);
    await new TestCommit({ ...ports, announcing: () => announce }).write(key('p'), count);
    expect(announced.map((accepted) => 'context' in accepted)).toEqual([false]);
  });
});
