import { LockLostError, LockedError } from '@nexus-state/store';
import { HttpStore } from '@nexus-state/store/http';
import { eventually } from '@nexus-state/state-core/testing';
import { OwnRedis, type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { Redis } from 'ioredis';

let redis: OwnRedis;
let stack: TestStack;
let stores: readonly HttpStore[];
let store: HttpStore;
let names = 0;

beforeAll(async () => {
  redis = await OwnRedis.start();
  stack = await TestStack.create({ REDIS_URL: redis.url });
  const apis = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
  const storeOf = ({ url }: ServiceProcess) => new HttpStore({ url, token: testToken('holder') });
  stores = apis.map(storeOf);
  store = stores[0] as HttpStore;
});
afterAll(async () => {
  await Promise.all(stores?.map((each) => each.close()) ?? []);
  await stack?.close();
  await redis?.stop();
});
const newName = () => `lock-${++names}`;

/** Resolves when a signal is aborted. */
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });

describe('HttpStore.withLock', () => {
  it('lets one holder after the other do its work, whichever process they ask', async () => {
    const name = newName();
    let holders = 0;
    const tokens: number[] = [];
    const work = Array.from({ length: 12 }, (_, n) =>
      (stores[n % 2] as HttpStore).withLock(
        name,
        async ({ fencingToken, store: mine }) => {
          expect(++holders).toBe(1);
          tokens.push(fencingToken);
          await mine.setJson(`/${name}`, fencingToken);
          holders--;
          return n;
        },
        { ttlMs: 5_000, waitMs: 60_000 },
      ),
    );
    expect(await Promise.all(work)).toEqual(work.map((_, n) => n));
    expect(tokens).toEqual(tokens.map((_, n) => n + 1));
    expect(await store.getJson(`/${name}`)).toBe(12);
  });

  it('holds the lock for longer than its time to live, refuses others, and gives it back also after an error', async () => {
    const name = newName();
    const work = store.withLock(
      name,
      async ({ signal }) => {
        const began = performance.now();
        while (performance.now() - began < 6_000) {
          const other = (stores[1] as HttpStore).withLock(name, async () => 'let in');
          await expect(other).rejects.toThrow(LockedError);
        }
        expect(signal.aborted).toBe(false);
        throw new Error('the work failed');
      },
      { ttlMs: 4_000 },
    );
    await expect(work).rejects.toThrow('the work failed');
    expect(await store.withLock(name, async ({ fencingToken }) => fencingToken)).toBe(2);
  });

  it('aborts the work when the lock is lost, and keeps its writes out once another has it', async () => {
    const name = newName();
    let late: HttpStore | undefined;
    const client = new Redis(redis.url);
    const work = store.withLock(
      name,
      async ({ signal, fencingToken, store: mine }) => {
        await mine.setJson(`/${name}`, 'mine');
        late = store.under({ name, fencingToken });
        await client.flushall();
        await aborted(signal);
        expect(signal.reason).toBeInstanceOf(LockLostError);
        return 'in vain';
      },
      { ttlMs: 600 },
    );
    await expect(work).rejects.toThrow(LockLostError);
    await (stores[1] as HttpStore).withLock(name, ({ store: theirs }) =>
      theirs.setJson(`/${name}`, 'theirs'),
    );
    const refused = [
      () => late?.setJson(`/${name}`, 'late'),
      () => late?.update(`/${name}`, {}),
      () => late?.delete(`/${name}`),
      () => late?.transaction([{ type: 'delete', key: `/${name}` }]),
    ];
    for (const write of refused) await expect(write()).rejects.toThrow(LockLostError);
    expect(await late?.getJson(`/${name}`)).toBe('theirs');
    await late?.close();
    client.disconnect();
  });

  it('ends a wait, and the work, when its caller does', async () => {
    const name = newName();
    const stop = new AbortController();
    const done = new AbortController();
    let ended = false;
    await new Promise<void>((begun, failed) => {
      const work = async ({ signal }: { readonly signal: AbortSignal }) => {
        begun();
        await aborted(signal);
        ended = true;
      };
      store.withLock(name, work, { signal: done.signal }).catch(failed);
    });
    const waiting = (stores[1] as HttpStore).withLock(name, async () => 'let in', {
      waitMs: 60_000,
      signal: stop.signal,
    });
    stop.abort(new Error('no longer'));
    await expect(waiting).rejects.toThrow('no longer');
    done.abort();
    await eventually(() => ended, 'the end of the work');
    expect(await store.withLock(name, async () => 'free', { waitMs: 60_000 })).toBe('free');
  });
});
