import { MemoryPanelCache } from '../memory';
import { Unavailable } from '../errors';
import { type Panel, defaultLimits, stateContent } from './model';
import { aPanelKey } from '../testing/panel-builders';
import { eventually } from '../testing/eventually';
import { PanelCopies } from './panel-copies';

const observer = { hintFailed: () => undefined };

function aPanel(version: number, deleted = false): Panel {
  const content = stateContent({ version }, defaultLimits);
  return {
    ...content,
    key: aPanelKey({ owner: 'o' }),
    version,
    deleted,
    updatedAt: '2025-01-01T00:00:00.000Z',
  };
}

describe('PanelCopies', () => {
  it('trusts a copy for ten seconds, and then asks for another look at the store', async () => {
    let now = 1_000_000;
    const copies = new PanelCopies(new MemoryPanelCache(), observer, () => now);
    const panel = aPanel(3);
    await copies.write(panel);
    now += 9_999;
    expect(await copies.read(panel.key)).toMatchObject({ found: 'trusted', copy: { version: 3 } });
    now += 1;
    expect(await copies.read(panel.key)).toMatchObject({ found: 'doubtful', copy: { version: 3 } });
    await copies.write(panel);
    expect(await copies.read(panel.key)).toMatchObject({ found: 'trusted' });
    expect(await copies.read(aPanelKey())).toEqual({ found: 'nothing' });
  });

  it('knows a deleted panel', async () => {
    const copies = new PanelCopies(new MemoryPanelCache(), observer);
    const panel = aPanel(2, true);
    await copies.write(panel);
    expect(await copies.read(panel.key)).toMatchObject({ copy: { version: 2, document: undefined } });
  });

  it('puts in later what the cache could not take, and never an older copy over a newer one', async () => {
    const cache = new MemoryPanelCache();
    let away = true;
    const moody = {
      read: async (key: Parameters<typeof cache.read>[0]) => {
        if (away) throw new Unavailable('The cache');
        return cache.read(key);
      },
      write: async (...args: Parameters<typeof cache.write>) => {
        if (away) throw new Unavailable('The cache');
        await cache.write(...args);
      },
    };
    const copies = new PanelCopies(moody, observer);
    const old = aPanel(1);
    await cache.write(old.key, { version: 1, checkedAt: Date.now(), document: 'old' });
    await copies.write({ ...old, version: 2 });
    await copies.write({ ...old, version: 3 });
    expect(await copies.read(old.key)).toEqual({ found: 'no answer' });

    away = false;
    await eventually(async () => (await cache.read(old.key))?.version === 3, 'the newest copy to be put in');
  });
});
