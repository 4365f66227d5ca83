import { type FeedEntry, Pages, createClient } from '@nexus-state/client';
import { waitFor } from '@testing-library/react';
import { FeedStore } from './feed-store';
import { ListStore } from './list-store';
import { SharedStore } from './shared-store';
import { Stores, keyOf } from './stores';
import { ValueStore } from './value-store';

const forget = () => undefined;

describe('SharedStore', () => {
  class Counter extends SharedStore<{ readonly count: number }> {
    readonly log: string[] = [];
    isBusyNow = false;

    add(): void {
      this.update({ count: this.snapshot.count + 1 });
      this.settled();
    }

    same(): void {
      this.update({ count: this.snapshot.count });
    }

    protected start(): void {
      this.log.push('start');
    }

    protected stop(): void {
      this.log.push('stop');
    }

    protected override get isBusy(): boolean {
      return this.isBusyNow;
    }
  }

  it('works while somebody uses it, and a moment longer', async () => {
    const counter: Counter = new Counter({ count: 0 }, () => counter.log.push('forgotten'));
    const [first, second] = [counter.hold(), counter.hold()];
    first();
    first();
    second();
    const third = counter.subscribe(forget);
    third();
    expect(counter.log).toEqual(['start']);
    await waitFor(() => expect(counter.log).toEqual(['start', 'stop', 'forgotten']));
  });

  it('goes on until its work is done', async () => {
    const counter = new Counter({ count: 0 }, forget);
    counter.isBusyNow = true;
    counter.hold()();
    const later = new Counter({ count: 0 }, forget);
    later.hold()();
    await waitFor(() => expect(later.log).toContain('stop'));
    expect(counter.log).toEqual(['start']);
    counter.isBusyNow = false;
    counter.add();
    expect(counter.log).toEqual(['start', 'stop']);
  });

  it('tells of what is new only, and has another snapshot then', () => {
    const counter = new Counter({ count: 0 }, forget);
    const told: number[] = [];
    const end = counter.subscribe(() => told.push(counter.snapshot.count));
    const before = counter.snapshot;
    counter.same();
    expect(counter.snapshot).toBe(before);
    counter.add();
    expect(counter.snapshot).not.toBe(before);
    end();
    counter.add();
    expect(told).toEqual([1]);
  });
});

describe('Stores', () => {
  it('have one store for each name, and refresh those of a kind and workspace', async () => {
    const stores = new Stores(createClient({ url: 'http://127.0.0.1:1', token: '' }));
    const read: string[] = [];
    const open = (kind: string, workspaceId: string) =>
      stores.open([kind, null, workspaceId], (_, onStopped) => {
        const origin = { read: async () => read.push(`${kind} ${workspaceId}`) };
        return new ValueStore(origin, onStopped);
      });
    expect(open('a', 'garden')).toBe(open('a', 'garden'));
    const releases = [open('a', 'garden'), open('a', 'house'), open('b', 'garden')].map((one) => one.hold());
    await waitFor(() => expect(read).toHaveLength(3));
    await stores.refresh('a', 'garden');
    expect(read.slice(3)).toEqual(['a garden']);
    await stores.refresh('a');
    expect(read.slice(4).sort()).toEqual(['a garden', 'a house']);
    for (const release of releases) release();
    await waitFor(() => expect(stores.peek(keyOf(['a', null, 'garden']))).toBeUndefined());
  });
});

describe('ListStore', () => {
  /** A list of numbers, from the largest down. */
  function numbers(count: { value: number }, asked: string[] = []) {
    return {
      pageSize: 2,
      keyOf: ({ n }: { n: number }) => n,
      read: () =>
        new Pages<{ n: number }>(async ({ limit = 0, cursor = '' }) => {
          asked.push(cursor);
          const first = cursor === '' ? count.value : Number(cursor);
          const items = Array.from({ length: Math.min(limit, first) }, (_, index) => ({ n: first - index }));
          const next = first - items.length;
          return { items, nextCursor: next > 0 ? String(next) : null };
        }),
    };
  }

  it('reads page by page, and again as much as it has read', async () => {
    const count = { value: 5 };
    const asked: string[] = [];
    const store = new ListStore(numbers(count, asked), forget);
    const release = store.hold();
    const shown = () => store.snapshot.items.map(({ n }) => n);
    await waitFor(() => expect(store.snapshot).toMatchObject({ loading: false, hasMore: true }));
    // While one page is read, another one is not asked for.
    await Promise.all([store.loadMore(), store.loadMore()]);
    expect(shown()).toEqual([5, 4, 3, 2]);
    expect(asked).toEqual(['', '3']);
    const before = store.snapshot;
    await store.refresh();
    expect(store.snapshot.items).toBe(before.items);
    count.value = 6;
    await store.refresh();
    expect(shown()).toEqual([6, 5, 4, 3]);
    expect(store.snapshot.items[1]).toBe(before.items[0]);
    await store.loadMore();
    expect(store.snapshot).toMatchObject({ hasMore: false, loading: false });
    await store.loadMore();
    expect(shown()).toEqual([6, 5, 4, 3, 2, 1]);
    release();
  });

  it('shows why a page could not be read, and reads it when asked again', async () => {
    const count = { value: 3 };
    let isBroken = false;
    const origin = numbers(count);
    const read = () =>
      isBroken ? new Pages<{ n: number }>(() => Promise.reject(new Error('broken'))) : origin.read();
    const store = new ListStore({ ...origin, read }, forget);
    const release = store.hold();
    await waitFor(() => expect(store.snapshot.loading).toBe(false));
    isBroken = true;
    await store.loadMore();
    expect(store.snapshot).toMatchObject({ error: { message: 'broken' }, hasMore: true, loading: false });
    expect(store.snapshot.items).toHaveLength(2);
    isBroken = false;
    await store.loadMore();
    expect(store.snapshot).toMatchObject({ error: undefined, hasMore: false });
    release();
  });
});

describe('FeedStore', () => {
  const entry = (revision: number) => ({ revision }) as FeedEntry;

  it('tells once of changes that come together, keeps 1,000, and shows more of them when asked to', async () => {
    const follow = async function* ({ signal }: { readonly signal?: AbortSignal | undefined }) {
      for (let revision = 1; revision <= 2_500; revision++) yield entry(revision);
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    };
    const store = new FeedStore({ follow, pageSize: 600 }, forget);
    let tellings = 0;
    const end = store.subscribe(() => tellings++);
    await waitFor(() => expect(store.snapshot.items.at(-1)?.revision).toBe(2_500));
    expect(tellings).toBeLessThan(20);
    expect(store.snapshot).toMatchObject({ loading: false, hasMore: true });
    expect(store.snapshot.items).toHaveLength(600);
    await store.loadMore();
    expect(store.snapshot).toMatchObject({ hasMore: false });
    expect(store.snapshot.items[0]?.revision).toBe(1_501);
    end();
  });

  it('shows why it ended, and begins again when asked to', async () => {
    let isBroken = true;
    const follow = async function* ({ onOpen }: { readonly onOpen?: () => void }) {
      if (isBroken) throw new Error('broken');
      onOpen?.();
      yield entry(1);
    };
    const store = new FeedStore({ follow, pageSize: 10 }, forget);
    const release = store.hold();
    await waitFor(() =>
      expect(store.snapshot).toMatchObject({ loading: false, error: { message: 'broken' } }),
    );
    isBroken = false;
    await store.refresh();
    await waitFor(() => expect(store.snapshot).toMatchObject({ error: undefined, items: [{ revision: 1 }] }));
    release();
  });
});
