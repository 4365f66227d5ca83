import { LockLost, Locked, Unavailable } from '../errors';
import { MemoryFencingTokens, MemoryLockStore } from '../memory';
import { eventually } from '../testing';
import { Locks } from './locks';
import { lockKey } from './model';

const lock = lockKey('owner', 'printer');
const { signal } = new AbortController();
const ttlMs = 60_000;

function aWorld() {
  let now = 0;
  const store = new MemoryLockStore(() => now);
  const fencing = new MemoryFencingTokens();
  const locks = new Locks({ store, fencing });
  const take = (more: Partial<Parameters<Locks['acquire']>[0]> = {}) =>
    locks.acquire({ lock, ttlMs, waitMs: 0, signal, ...more });
  /** A claim that waits, as the last of so many. */
  const waitFor = async (waiters: number, more: Partial<Parameters<Locks['acquire']>[0]> = {}) => {
    const promise = take({ waitMs: 60_000, ...more });
    promise.catch(() => undefined);
    await eventually(() => store.waiters(lock) === waiters, `${waiters} to wait`);
    return { promise };
  };
  return { store, fencing, locks, take, waitFor, pass: (ms: number) => (now += ms) };
}

describe('locks', () => {
  it('are given out under numbers that grow, with an end and a secret of their own', async () => {
    const { locks, take } = aWorld();
    const first = await take();
    expect(first).toEqual({
      ...{ name: 'printer', token: expect.any(String), fencingToken: 1 },
      expiresAt: new Date(ttlMs).toISOString(),
    });
    await expect(take()).rejects.toEqual(new Locked('printer', first.expiresAt));
    await locks.release({ lock, token: first.token });
    const second = await take();
    expect([second.fencingToken, second.token === first.token]).toEqual([2, false]);
    await expect(locks.release({ lock, token: first.token })).rejects.toEqual(new LockLost('printer'));
  });

  it('are renewed by their holder alone, and are lost when they end', async () => {
    const { locks, take, pass } = aWorld();
    const { token } = await take();
    pass(ttlMs - 1);
    expect(await locks.renew({ lock, token, ttlMs })).toMatchObject({ token, fencingToken: 1 });
    await expect(locks.renew({ lock, token: 'other', ttlMs })).rejects.toBeInstanceOf(LockLost);
    pass(ttlMs);
    await expect(locks.renew({ lock, token, ttlMs })).rejects.toBeInstanceOf(LockLost);
  });

  it('go to those who wait in the order in which they came', async () => {
    const { locks, take, waitFor } = aWorld();
    let { token } = await take();
    const waits = [];
    for (let n = 1; n <= 5; n++) waits.push(await waitFor(n));
    for (const [index, { promise }] of waits.entries()) {
      await locks.release({ lock, token });
      const held = await promise;
      expect(held.fencingToken).toBe(index + 2);
      ({ token } = held);
    }
  });

  it('are not waited for any longer once the wait is over, the caller has gone, or the process ends', async () => {
    const { store, locks, take, waitFor } = aWorld();
    const { expiresAt } = await take();
    await expect(take({ waitMs: 30 })).rejects.toEqual(new Locked('printer', expiresAt));

    const gone = new AbortController();
    const left = await waitFor(1, { signal: gone.signal });
    gone.abort();
    await expect(left.promise).rejects.toBeInstanceOf(Locked);
    expect(store.waiters(lock)).toBe(0);

    const ended = await waitFor(1);
    locks.close();
    await expect(ended.promise).rejects.toBeInstanceOf(Unavailable);
    expect(store.waiters(lock)).toBe(0);
  });

  it('are not kept for a client that went as it got them', async () => {
    const { fencing, locks, take } = aWorld();
    const gone = new AbortController();
    const advance = fencing.advance.bind(fencing);
    fencing.advance = async (...args) => {
      gone.abort();
      return advance(...args);
    };
    await expect(take({ signal: gone.signal })).rejects.toBeInstanceOf(Locked);
    fencing.advance = advance;
    expect(await take()).toMatchObject({ fencingToken: 2 });
    locks.close();
  });

  it('give no number to a claim that was stopped for longer than it held the lock', async () => {
    const { fencing, take, pass } = aWorld();
    const newest = fencing.newest.bind(fencing);
    let stops = 1;
    const numbers: number[] = [];
    fencing.newest = async (key) => {
      if (stops-- > 0) {
        // Meanwhile its time passes, and others have the lock until theirs passes, too.
        pass(ttlMs);
        fencing.newest = newest;
        numbers.push((await take()).fencingToken);
        pass(ttlMs);
      }
      return newest(key);
    };
    numbers.push((await take()).fencingToken);
    expect(numbers).toEqual([1, 2]);
  });

  it('have numbers that grow on where the store of locks has lost everything', async () => {
    const { store, locks, take } = aWorld();
    const { token } = await take();
    store.forget();
    expect(await take()).toMatchObject({ fencingToken: 2 });
    await expect(locks.renew({ lock, token, ttlMs })).rejects.toBeInstanceOf(LockLost);
  });

  it('are free again where their number cannot be given out', async () => {
    const { fencing, take } = aWorld();
    const advance = fencing.advance.bind(fencing);
    fencing.advance = () => Promise.reject(new Unavailable('The database'));
    await expect(take()).rejects.toBeInstanceOf(Unavailable);
    fencing.advance = advance;
    expect(await take()).toMatchObject({ fencingToken: 1 });
  });
});
