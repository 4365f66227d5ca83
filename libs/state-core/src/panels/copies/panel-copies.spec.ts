import { MemoryCacheEpochs } from '../../memory';
import { Unavailable } from '../../errors';
import { aPanelAt, someCopies } from '../../testing/copies-world';
import { FlakyRedis } from '../../testing/flaky-redis';
import { aPanelKey } from '../../testing/panel-builders';
import { VirtualClock } from '../../testing/virtual-clock';
import { StoreOutage } from '../store-outage';
import { CacheLease } from './cache-lease';
import { PanelCopies } from './panel-copies';

const observer = { hintFailed: () => undefined };
const key = aPanelKey({ owner: 'o' });

describe('PanelCopies', () => {
  it('trusts a copy for ten seconds, and then asks for another look at the store', async () => {
    let now = 1_000_000;
    const copies = someCopies(undefined, () => now);
    expect(await copies.read(key)).toEqual({ found: 'miss' });
    await copies.fill(aPanelAt(key, 3), copies.begin());
    now += 9_999;
    expect(await copies.read(key)).toMatchObject({ found: 'fresh', copy: { version: 3 } });
    now += 1;
    expect(await copies.read(key)).toMatchObject({ found: 'stale', copy: { version: 3 } });
    await copies.fill(aPanelAt(key, 3), copies.begin());
    expect(await copies.read(key)).toMatchObject({ found: 'fresh' });
    expect(await copies.read(aPanelKey())).toEqual({ found: 'miss' });
  });

  it('knows a deleted panel', async () => {
    const copies = someCopies();
    await copies.read(key);
    await copies.renew(aPanelAt(key, 2, true), copies.begin());
    expect(await copies.read(key)).toMatchObject({ copy: { version: 2, document: undefined } });
  });
});

/** Two processes with a lease each over one store and one cache. */
function twoProcesses() {
  const clock = new VirtualClock();
  const redis = new FlakyRedis(clock, () => 0.5);
  const store = { epochs: new MemoryCacheEpochs(clock.now), away: false };
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    if (store.away) throw new Unavailable('The database');
    return work();
  };
  const epochs = {
    read: () => ask(() => store.epochs.read()),
    suspend: (ms: number) => ask(() => store.epochs.suspend(ms)),
    moveTo: (server: string, ms: number) => ask(() => store.epochs.moveTo(server, ms)),
  };
  const process = () => {
    const link = redis.connect();
    const outage = new StoreOutage(clock.now);
    const lease = new CacheLease(epochs, link, { observer, outage }, clock);
    void lease.keep();
    return { link, lease, outage, copies: new PanelCopies(link, lease, observer, clock.now) };
  };
  const [one, other] = [process(), process()];
  const timed = async (work: Promise<unknown>) => {
    const began = clock.now();
    await clock.until(work);
    return clock.now() - began;
  };
  const renew = ({ copies }: typeof one, version: number) =>
    timed(copies.renew(aPanelAt(key, version), copies.begin()));
  const read = ({ copies }: typeof one) => clock.until(copies.read(key));
  const close = () => [one, other].forEach(({ lease }) => lease.close());
  return { clock, redis, store, one, other, renew, read, close };
}

describe('a process that cannot renew a copy', () => {
  it('is done only when no other process trusts the old copy, though that one reaches the cache', async () => {
    const { clock, one, other, renew, read, close } = twoProcesses();
    await clock.advance(100);
    await renew(one, 1);
    expect(await read(other)).toMatchObject({ found: 'fresh', copy: { version: 1 } });

    one.link.cut();
    expect(await renew(one, 2)).toBeGreaterThanOrEqual(1_000);
    expect(await read(other)).toEqual({ found: 'unavailable' });
    close();
  });

  it('lets only the first change of an outage wait, and keeps the trust suspended until the cache is back', async () => {
    const { clock, one, other, renew, read, close } = twoProcesses();
    await clock.advance(100);
    await renew(one, 1);
    one.link.cut();
    await renew(one, 2);
    for (let version = 3; version < 40; version++) {
      expect(await renew(one, version)).toBeLessThan(50);
      await clock.advance(300);
      expect(await read(other)).toEqual({ found: 'unavailable' });
    }
    one.link.heal();
    await clock.advance(10_000);
    expect(await read(other)).toEqual({ found: 'miss' });
    await clock.until(other.copies.fill(aPanelAt(key, 39), other.copies.begin()));
    expect(await read(one)).toMatchObject({ found: 'fresh', copy: { version: 39 } });
    close();
  });

  it('leaves no room for a slow reader that brings the old version afterwards', async () => {
    const { clock, one, other, renew, read, close } = twoProcesses();
    await clock.advance(100);
    const before = other.copies.begin();
    one.link.cut();
    await renew(one, 2);
    await clock.advance(10_000);
    await clock.until(other.copies.fill(aPanelAt(key, 1), before));
    expect(await read(other)).toEqual({ found: 'miss' });
    close();
  });

  it('says so when the store does not take it either', async () => {
    const { clock, store, one, renew, close } = twoProcesses();
    await clock.advance(100);
    one.link.cut();
    store.away = true;
    await expect(renew(one, 2)).rejects.toMatchObject({ code: 'unavailable' });
    store.away = false;
    await renew(one, 2);
    close();
  });

  it('says so when the store goes away while it waits for the others', async () => {
    const { clock, store, one, renew, close } = twoProcesses();
    await clock.advance(100);
    one.link.cut();
    const renewed = renew(one, 2);
    const refused = expect(renewed).rejects.toMatchObject({ code: 'unavailable' });
    await clock.advance(300);
    store.away = true;
    await refused;
    close();
  });
});

describe('a process whose store is away', () => {
  it('takes no copy for certain, and does not wait to know', async () => {
    const { clock, store, one, other, renew, read, close } = twoProcesses();
    await clock.advance(100);
    await renew(one, 1);
    store.away = true;
    await clock.advance(2_000);
    expect(await read(other)).toMatchObject({ found: 'stale', copy: { version: 1 } });
    expect(other.outage.isKnown).toBe(true);
    store.away = false;
    await clock.advance(1_000);
    expect(await read(other)).toMatchObject({ found: 'fresh' });
    expect(other.outage.isKnown).toBe(false);
    close();
  });

  it('takes no copy at all from before the trust was suspended', async () => {
    const { clock, store, one, other, renew, read, close } = twoProcesses();
    await clock.advance(100);
    await renew(one, 1);
    one.link.cut();
    await renew(one, 2);
    store.away = true;
    await clock.advance(20_000);
    expect(await read(other)).toEqual({ found: 'miss' });
    close();
  });
});

describe('a cache that starts again', () => {
  it('is not trusted with what it brings back from its disk', async () => {
    const { clock, redis, one, other, renew, read, close } = twoProcesses();
    await clock.advance(100);
    await renew(one, 1);
    redis.save();
    await renew(one, 2);
    redis.restart();
    for (let n = 0; n < 100; n++) {
      for (const process of [one, other]) expect((await read(process)).found).not.toBe('fresh');
      await clock.advance(100);
    }
    await clock.until(other.copies.fill(aPanelAt(key, 2), other.copies.begin()));
    expect(await read(one)).toMatchObject({ found: 'fresh', copy: { version: 2 } });
    close();
  });
});

describe('processes that reach different caches', () => {
  it('count a copy as renewed only when no other process trusts the server from before', async () => {
    const { clock, one, other, renew, redis, store, read, close } = twoProcesses();
    await clock.advance(100);
    await renew(one, 1);
    redis.failOver(20_000);
    one.link.breakOff();
    await clock.advance(200);
    await clock.until(one.lease.take());
    const recorded = () => store.epochs.read();
    while ((await recorded()).server !== one.link.server) await clock.advance(10);
    await renew(one, 2);
    expect((await recorded()).serverForMs).toBeGreaterThan(1_000);
    expect((await read(other)).found).not.toBe('fresh');
    close();
  });

  it('never trust copies that the other one does not renew', async () => {
    const { clock, one, other, renew, read, redis, close } = twoProcesses();
    await clock.advance(100);
    await renew(one, 1);
    redis.save();
    redis.failOver(20_000);
    other.link.breakOff();
    for (let version = 2; version < 12; version++) {
      await renew(version % 2 ? one : other, version);
      for (const process of [one, other]) {
        const found = await read(process);
        if (found.found === 'fresh') expect(found.copy.version).toBe(version);
        else if (found.found !== 'unavailable') {
          await clock.until(process.copies.fill(aPanelAt(key, version), process.copies.begin()));
        }
      }
      await clock.advance(500);
    }
    close();
  });
});
