import { randomUUID } from 'node:crypto';
import { type LockKey, lockKey } from '../locks/model';
import type { LockClaim, LockStore } from '../locks/ports';
import { eventually } from './eventually';

/** What a lock adapter hands to its contract suite: two ways to the same locks, as two processes have. */
export interface LocksUnderTest {
  readonly stores: readonly [LockStore, LockStore];
  readonly close?: () => Promise<void>;
}

const longMs = 60_000;
/** A lock that no other test uses. */
export const aLock = (): LockKey => lockKey(`owner-${randomUUID()}`, 'printer');

/** The promises of `LockStore`, the same for every adapter. */
export function describeLockStore(name: string, open: () => Promise<LocksUnderTest>): void {
  describe(`lock store: ${name}`, () => {
    let subject: LocksUnderTest;
    let one: LockStore;
    let other: LockStore;
    let lock: LockKey;
    beforeAll(async () => {
      subject = await open();
      [one, other] = subject.stores;
    });
    beforeEach(() => {
      lock = aLock();
    });
    afterAll(() => subject?.close?.());

    const claimOf = (token: string, ttlMs = longMs): LockClaim => ({ lock, token, ttlMs });
    const outcome = async (store: LockStore, token: string, waits = false, ttlMs = longMs) =>
      (await store.take(claimOf(token, ttlMs), waits)).outcome;

    it('gives a lock to one of many who want it, and says when it ends', async () => {
      const takings = Array.from({ length: 30 }, (_, n) =>
        (n % 2 ? one : other).take(claimOf(`t${n}`), false),
      );
      const taken = await Promise.all(takings);
      const held = taken.filter((each) => each.outcome === 'held');
      expect(held).toHaveLength(1);
      const ends = taken.map((each) => (each.outcome === 'waiting' ? '' : (each.expiresAt ?? '')));
      for (const end of ends) expect(Math.abs(Date.parse(end) - Date.now() - longMs)).toBeLessThan(10_000);
    });

    it('keeps locks apart by owner and by name', async () => {
      expect(await outcome(one, 'a')).toBe('held');
      for (const key of [lockKey(`${lock.owner}/x`, lock.name), lockKey(lock.owner, 'other')])
        expect(await other.take({ lock: key, token: 'b', ttlMs: longMs }, false)).toMatchObject({
          outcome: 'held',
        });
    });

    it('gives a lock again to the claim that holds it, for the answer may have been lost', async () => {
      await one.take(claimOf('a', 1_000), false);
      const again = await other.take(claimOf('a'), false);
      expect(again).toMatchObject({ outcome: 'held' });
      expect(await outcome(one, 'b')).toBe('refused');
    });

    it('renews a lock for its holder alone', async () => {
      await one.take(claimOf('a', 1_000), false);
      expect(await other.renew(claimOf('b'))).toBeUndefined();
      const end = await other.renew(claimOf('a'));
      expect(Date.parse(end as string)).toBeGreaterThan(Date.now() + longMs / 2);
      expect(await one.renew({ ...claimOf('a'), lock: aLock() })).toBeUndefined();
    });

    it('ends a lock that is not renewed', async () => {
      await one.take(claimOf('a', 100), false);
      await eventually(async () => (await outcome(other, 'b')) === 'held', 'the lock to end');
      expect(await one.renew(claimOf('a'))).toBeUndefined();
      expect(await one.release(lock, 'a')).toBe(false);
      expect(await outcome(one, 'c')).toBe('refused');
    });

    it('gives a lock back by its holder alone, once', async () => {
      await one.take(claimOf('a'), false);
      expect(await other.release(lock, 'b')).toBe(false);
      expect(await outcome(one, 'b')).toBe('refused');
      expect(await other.release(lock, 'a')).toBe(true);
      expect(await other.release(lock, 'a')).toBe(false);
      expect(await outcome(one, 'b')).toBe('held');
    });

    it('serves those who wait in the order in which they came', async () => {
      await one.take(claimOf('a'), false);
      for (const token of ['b', 'c', 'd']) expect(await outcome(other, token, true)).toBe('waiting');
      // Those who look again keep their places.
      for (const token of ['d', 'b']) expect(await outcome(one, token, true)).toBe('waiting');
      await one.release(lock, 'a');
      expect(await outcome(one, 'late')).toBe('refused');
      expect(await outcome(one, 'c', true)).toBe('waiting');
      for (const token of ['b', 'c', 'd']) {
        expect(await outcome(one, token, true)).toBe('held');
        expect(await other.release(lock, token)).toBe(true);
      }
    });

    it('lets go those who leave, or do not wait any longer', async () => {
      await one.take(claimOf('a'), false);
      for (const token of ['b', 'c', 'd']) await other.take(claimOf(token), true);
      expect(await one.release(lock, 'b')).toBe(false);
      expect(await outcome(one, 'c')).toBe('refused');
      await one.release(lock, 'a');
      expect(await outcome(one, 'd', true)).toBe('held');
    });

    it('calls the one whose turn it is: when the lock is given back, and when who was before has left', async () => {
      await one.take(claimOf('a'), false);
      const called: string[] = [];
      const ends = [];
      for (const token of ['b', 'c', 'd']) {
        await other.take(claimOf(token), true);
        ends.push(await other.onCall(lock, token, () => void called.push(token)));
      }
      await one.release(lock, 'a');
      await eventually(() => called.includes('b'), 'the first to be called');
      expect(called.filter((token) => token !== 'b')).toEqual([]);
      await one.release(lock, 'b');
      await eventually(() => called.includes('c'), 'the second to be called');
      expect(await outcome(other, 'c', true)).toBe('held');
      await eventually(() => called.includes('d'), 'the next to learn that it is first');
      for (const end of ends) await end();
      await one.release(lock, 'c');
      expect(await outcome(other, 'd', true)).toBe('held');
    });

    it('makes the first waiter look again when the lock ends', async () => {
      await one.take(claimOf('a', 200), false);
      const [first, second] = [await one.take(claimOf('b'), true), await one.take(claimOf('c'), true)];
      if (first.outcome !== 'waiting' || second.outcome !== 'waiting') throw new Error('They have to wait.');
      expect(first.lookAgainMs).toBeLessThanOrEqual(200);
      expect(second.lookAgainMs).toBeGreaterThan(200);
      await eventually(async () => (await outcome(other, 'b', true)) === 'held', 'the lock to end');
    });
  });
}
