import { MemoryPanelStore } from '../memory';
import { Unavailable } from '../errors';
import { someCopies } from '../testing/copies-world';
import { FailingStore } from '../testing/failing-store';
import { aPanelKey, anAppend } from '../testing/panel-builders';
import { readPanel } from './read-panel';
import { StoreOutage } from './store-outage';
import { eventually } from '../testing/eventually';

const away = new Unavailable('The database');

async function world() {
  let now = 1_000_000;
  const store = new MemoryPanelStore();
  const faults = new FailingStore(store);
  const key = aPanelKey();
  await store.append([anAppend(key, 0, [{ state: { n: 1 } }])]);
  const ports = {
    store: faults.port,
    copies: someCopies(undefined, () => now),
    outage: new StoreOutage(() => now),
  };
  return { key, store, faults, ports, later: (ms: number) => (now += ms) };
}

describe('readPanel', () => {
  it('keeps what the store gave, and answers with it while it is trusted', async () => {
    const { key, ports } = await world();
    expect((await readPanel({ key }, ports)).cache).toBe('miss');
    expect((await readPanel({ key }, ports)).cache).toBe('hit');
    expect((await readPanel({ key, fresh: true }, ports)).cache).toBe('bypass');
  });

  it('holds an older copy against the store, and takes the newer version from there', async () => {
    const { key, store, ports, later } = await world();
    await readPanel({ key }, ports);
    await store.append([anAppend(key, 1, [{ state: { n: 2 } }])]);
    later(20_000);
    expect(await readPanel({ key }, ports)).toMatchObject({ version: 2, cache: 'miss' });
  });

  it('answers with no copy from before the trust was suspended, also while the store is away', async () => {
    const { key, store, faults, ports } = await world();
    await readPanel({ key }, ports);
    expect((await readPanel({ key }, ports)).cache).toBe('hit');
    await store.append([anAppend(key, 1, [{ state: { n: 2 } }])]);
    await ports.copies.distrust();
    expect(await readPanel({ key }, ports)).toMatchObject({ version: 2, cache: 'bypass' });
    faults.leave(away);
    await expect(readPanel({ key }, ports)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('answers with an older copy while the store is away, and with nothing where there is none', async () => {
    const { key, faults, ports, later } = await world();
    await readPanel({ key }, ports);
    later(20_000);
    faults.leave(away);
    expect(await readPanel({ key }, ports)).toMatchObject({ version: 1, cache: 'hit' });
    await expect(readPanel({ key: aPanelKey() }, ports)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(readPanel({ key, fresh: true }, ports)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('waits once for a store that is silent, then answers with older copies and looks in the background', async () => {
    const { key, store, faults, ports, later } = await world();
    await readPanel({ key }, ports);
    later(20_000);
    faults.failNext('read', away);
    await readPanel({ key }, ports);
    const silence = faults.holdNext('read');
    const before = faults.calls('read');
    for (let n = 0; n < 5; n++) {
      expect(await readPanel({ key }, ports)).toMatchObject({ version: 1, cache: 'hit' });
    }
    expect(faults.calls('read')).toBe(before + 1);
    await store.append([anAppend(key, 1, [{ state: { n: 2 } }])]);
    silence.release();
    await eventually(async () => (await readPanel({ key }, ports)).version === 2, 'the newer version');
    expect(ports.outage.isKnown).toBe(false);
  });

  it('asks the store again, and waits for it, when its last silence is long ago', async () => {
    const { key, store, faults, ports, later } = await world();
    await readPanel({ key }, ports);
    await store.append([anAppend(key, 1, [{ state: { n: 2 } }])]);
    later(20_000);
    faults.leave(away);
    expect(await readPanel({ key }, ports)).toMatchObject({ version: 1 });
    faults.comeBack();
    later(10_000);
    expect(await readPanel({ key }, ports)).toMatchObject({ version: 2, cache: 'miss' });
  });
});
