import { waitFor } from '@testing-library/react';
import { ValueStore } from './value-store';

const forget = () => undefined;

/** A promise, and how to settle it. */
function deferred<T>() {
  let resolve: (value: T) => void = forget;
  let reject: (error: Error) => void = forget;
  const promise = new Promise<T>((...settle) => ([resolve, reject] = settle));
  return { promise, resolve, reject };
}

describe('ValueStore', () => {
  it('reads once more where it was asked to while it was reading, and keeps the parts that are the same', async () => {
    const answers = [deferred<object>(), deferred<object>()];
    let reads = 0;
    const store = new ValueStore({ read: () => (answers[reads++] ?? deferred<object>()).promise }, forget);
    const release = store.hold();
    const done = Promise.all([store.refresh(), store.refresh()]);
    answers[0]?.resolve({ a: { b: 1 }, c: 1 });
    await waitFor(() => expect(store.snapshot).toMatchObject({ data: { c: 1 }, loading: true }));
    const before = store.snapshot.data as { a: object };
    answers[1]?.resolve({ a: { b: 1 }, c: 2 });
    await done;
    expect(store.snapshot).toMatchObject({ data: { c: 2 }, loading: false });
    expect((store.snapshot.data as { a: object }).a).toBe(before.a);
    expect(reads).toBe(2);
    release();
  });

  it('keeps what does not change for those who show it again, and nothing that it could not read', async () => {
    const keepMs = 60_000;
    let reads = 0;
    const kept = new ValueStore({ keepMs, read: async () => ++reads }, forget);
    const ended: string[] = [];
    const brief = new ValueStore({ read: async () => 1 }, () => ended.push('brief'));
    const broken = new ValueStore({ keepMs, read: () => Promise.reject(new Error('broken')) }, () =>
      ended.push('broken'),
    );
    const stores = [kept, brief, broken];
    const releases = stores.map((store) => store.hold());
    await waitFor(() =>
      expect(stores.map(({ snapshot }) => snapshot.loading)).toEqual([false, false, false]),
    );
    for (const release of releases) release();
    await waitFor(() => expect(ended.sort()).toEqual(['brief', 'broken']));
    const release = kept.hold();
    expect(kept.snapshot).toMatchObject({ data: 1, loading: false });
    expect(reads).toBe(1);
    release();
  });

  it('keeps what there was beside the reason why it could not be read again', async () => {
    let isBroken = false;
    const read = async () => {
      if (isBroken) throw new Error('broken');
      return 1;
    };
    const store = new ValueStore({ read }, forget);
    const release = store.hold();
    await store.refresh();
    isBroken = true;
    await store.refresh();
    expect(store.snapshot).toMatchObject({ data: 1, error: { message: 'broken' }, loading: false });
    isBroken = false;
    await store.refresh();
    expect(store.snapshot).toMatchObject({ data: 1, error: undefined });
    release();
  });

  it('aborts what it reads when nobody uses it any more', async () => {
    const signals: AbortSignal[] = [];
    const store = new ValueStore(
      {
        read: (signal) => {
          signals.push(signal);
          return new Promise<number>(forget);
        },
      },
      forget,
    );
    store.hold()();
    await waitFor(() => expect(signals[0]?.aborted).toBe(true));
  });

  it('reads again for each version that it does not know of, once', async () => {
    let [newest, reads] = [1, 0];
    let tell: (version: number) => void = forget;
    const freshness = {
      follow: (onVersion: (version: number) => void) => {
        tell = onVersion;
        return forget;
      },
      versionOf: ({ data }: { readonly data: number | undefined }) => data,
    };
    const read = async () => {
      reads++;
      return newest;
    };
    const store = new ValueStore({ read, freshness }, forget);
    const release = store.hold();
    // It is known already by the time it is read.
    tell(1);
    await store.refresh();
    const before = reads;
    newest = 2;
    tell(2);
    await waitFor(() => expect(store.snapshot).toMatchObject({ data: 2, loading: false }));
    tell(2);
    // An answer that stays behind is not asked for over and over.
    tell(3);
    await waitFor(() => expect(reads).toBe(before + 2));
    await waitFor(() => expect(store.snapshot.loading).toBe(false));
    expect(reads).toBe(before + 2);
    release();
  });
});
