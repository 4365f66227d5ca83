import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { checkRule, rules } from '@nexus-state/store/conformance';
import { TcpProxy, testToken } from '@nexus-state/test-kit';
import { type KeyEvent, LockLostError, LockedError, VersionConflictError } from '../src';
import { keysAsStore } from '../src/testing/keys-as-store';
import { Garden } from './garden';

let garden: Garden;

beforeAll(async () => {
  garden = await Garden.start();
}, 120_000);
afterAll(() => garden.close());

describe('the keys of a client', () => {
  it.each(
    rules.filter(({ name }) =>
      /^(refuses values|refuses keys|refuses transactions|misses no change)/.test(name),
    ),
  )('$name', async (rule) => {
    const outcome = await checkRule(rule, { open: async () => keysAsStore(garden.client().keys) });
    expect(outcome).toBe('kept');
  });

  it('are updated and deleted at a version where one is named', async () => {
    const { keys } = garden.client();
    await keys.setJson('/lamp', { on: true });
    await expect(keys.update('/lamp', { on: false }, { version: 2 })).rejects.toThrow(VersionConflictError);
    expect(await keys.update('/lamp', { on: false }, { version: 1 })).toBe(2);
    await expect(keys.delete('/lamp', { version: 1 })).rejects.toThrow(VersionConflictError);
    expect(await keys.delete('/lamp', { version: 2 })).toBe(true);
  });

  it('are watched over the life of a token and a lost connection', async () => {
    const subject = `user-${randomUUID()}`;
    const token = () => testToken(subject, { exp: Math.floor(Date.now() / 1000) + 3 });
    const { keys } = garden.client({ token });
    const watch = keys.watch('/lamps/*');
    const seen: KeyEvent[] = [];
    const reading = (async () => {
      for await (const event of watch) if (seen.push(event) === 6) return;
    })();
    for (let n = 1; n <= 6; n++) {
      await keys.setJson('/lamps/desk', { n });
      await eventually(() => seen.length === n, `change ${n}`);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    await reading;
    expect(seen.map(({ value }) => value)).toEqual([1, 2, 3, 4, 5, 6].map((n) => ({ n })));
  });

  it('are written once where every answer is lost on its way, and answered as the first time', async () => {
    const token = testToken(`user-${randomUUID()}`);
    const { keys: near } = garden.client({ token });
    for (const key of ['/updated', '/deleted', '/moved']) await near.setJson(key, { n: 1 });
    const proxy = await TcpProxy.start(garden.api.url);
    try {
      let requests = 0;
      const counting: typeof fetch = (...request) => {
        requests++;
        return fetch(...request);
      };
      const { keys: far } = garden.client({ token, url: proxy.url, fetch: counting });
      // Long enough to see what the service has done before its answers arrive.
      proxy.delay(2_000);
      const written = Promise.all([
        far.setJson('/set', 1),
        far.update('/updated', { n: 2 }),
        far.delete('/deleted'),
        far.createIfNotExists('/created', 1),
        far.transaction([
          { type: 'delete', key: '/moved' },
          { type: 'set', key: '/to', value: 1 },
        ]),
      ]);
      const versions = () =>
        Promise.all(
          ['/set', '/updated', '/deleted', '/created', '/moved', '/to'].map((key) => near.version(key)),
        );
      const expected = [1, 2, 0, 1, 0, 1];
      await eventually(async () => String(await versions()) === String(expected), 'every write to be made');
      proxy.cut();
      proxy.heal();
      expect(await written).toMatchObject([1, 2, true, 1, {}]);
      expect(await versions()).toEqual(expected);
      expect(requests).toBe(10);
    } finally {
      await proxy.close();
    }
  });
});

describe('a lock', () => {
  it('is held by one at a time, is renewed while it is used, and is given back', async () => {
    const { locks } = garden.client();
    let inside = 0;
    const fences: number[] = [];
    const work = async ({ fencingToken, signal }: { fencingToken: number; signal: AbortSignal }) => {
      expect(++inside).toBe(1);
      fences.push(fencingToken);
      // Longer than the lock lasts by itself.
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      expect(signal.aborted).toBe(false);
      inside--;
      return fencingToken;
    };
    const results = await Promise.all(
      [1, 2, 3].map(() => locks.withLock('printer', work, { ttlMs: 1_500, waitMs: 60_000 })),
    );
    expect(fences).toEqual([...fences].sort((a, b) => a - b));
    expect([...results].sort((a, b) => a - b)).toEqual(fences);
  });

  it('is waited for no longer than asked, and given back when the work fails', async () => {
    const { locks } = garden.client();
    const failing = locks.withLock('printer', async () => {
      await expect(locks.withLock('printer', () => 'never', { waitMs: 100 })).rejects.toThrow(LockedError);
      throw new Error('out of paper');
    });
    await expect(failing).rejects.toThrow('out of paper');
    expect(await locks.withLock('printer', () => 'printed', { waitMs: 0 })).toBe('printed');
  });

  it('fences the writes of whoever has lost it', async () => {
    const nexus = garden.client();
    const lamp = nexus.workspace(`ws-${randomUUID()}`).panel<{ n: number }>('lamp');
    await lamp.create({ n: 0 });
    const first = await nexus.locks.withLock('lamp', async ({ fencingToken }) => {
      await lamp.increment('/n', 1, { lock: { name: 'lamp', fencingToken } });
      return { name: 'lamp', fencingToken };
    });
    await nexus.locks.withLock('lamp', async ({ fencingToken }) => {
      expect(fencingToken).toBeGreaterThan(first.fencingToken);
      await expect(lamp.increment('/n', 1, { lock: first })).rejects.toThrow(LockLostError);
      await expect(lamp.set({ n: 7 }, { version: 2, lock: first })).rejects.toThrow(LockLostError);
      await expect(lamp.delete({ lock: first })).rejects.toThrow(LockLostError);
      const { keys } = nexus;
      await keys.setJson('/n', { n: 1 }, { lock: { name: 'lamp', fencingToken } });
      await expect(keys.setJson('/n', 7, { lock: first })).rejects.toThrow(LockLostError);
      await expect(keys.update('/n', { n: 7 }, { lock: first })).rejects.toThrow(LockLostError);
      await expect(keys.delete('/n', { lock: first })).rejects.toThrow(LockLostError);
      const write = [{ type: 'set', key: '/n', value: 7 }] as const;
      await expect(keys.transaction(write, { lock: first })).rejects.toThrow(LockLostError);
      expect(await keys.getJson('/n')).toEqual({ n: 1 });
      await lamp.merge({ n: 5 }, { lock: { name: 'lamp', fencingToken } });
    });
    expect((await lamp.get()).state).toEqual({ n: 5 });
  });

  it('aborts the work when it cannot be renewed', async () => {
    let isCut = false;
    const cutting: typeof fetch = (...request) =>
      isCut ? Promise.reject(new TypeError('cut off')) : fetch(...request);
    const { locks } = garden.client({ fetch: cutting });
    const reason = await locks.withLock(
      'printer',
      async ({ signal }) => {
        isCut = true;
        await eventually(() => signal.aborted, 'the lock to be lost');
        return signal.reason as unknown;
      },
      { ttlMs: 600 },
    );
    expect(reason).toBeInstanceOf(LockLostError);
  });
});
