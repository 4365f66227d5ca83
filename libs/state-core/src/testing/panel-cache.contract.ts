import { textOf } from '../panels/model';
import type { CachedPanel, PanelCache } from '../panels/ports';
import { eventually } from './eventually';
import { aPanelKey } from './panel-builders';

/** The promises of `PanelCache`, the same for every adapter. */
export function describePanelCache(
  name: string,
  open: () => Promise<{ readonly cache: PanelCache; readonly close?: () => Promise<void> }>,
): void {
  describe(`panel cache: ${name}`, () => {
    let cache: PanelCache;
    let close: (() => Promise<void>) | undefined;
    beforeAll(async () => {
      ({ cache, close } = await open());
    });
    afterAll(() => close?.());

    const checkedAt = 1_700_000_000_000;
    const epoch = '6f1c9a3e-0f0e-4c55-9b8e-0a6a6f0f5f11';

    it('knows nothing of a panel that was not put in', async () => {
      expect(await cache.read(aPanelKey())).toBeUndefined();
    });

    it('gives back the document as it was put in', async () => {
      const key = aPanelKey();
      const document = '{"state":{"text":"line\\nline \u20ac"},"version":7}';
      await cache.write(key, { version: 7, checkedAt, epoch, document });
      expect(await cache.read(key)).toEqual({ version: 7, checkedAt, epoch, document });
    });

    it('gives back a large document, compressed or not', async () => {
      const key = aPanelKey();
      const rows = Array.from({ length: 5_000 }, (_, row) => ({
        row,
        of: Math.random(),
        text: 'größer € 🌱\n',
      }));
      const document = JSON.stringify({ rows });
      await cache.write(key, { version: 7, checkedAt, epoch, document });
      const { document: kept, ...head } = (await cache.read(key)) as CachedPanel;
      expect(head).toEqual({ version: 7, checkedAt, epoch });
      expect(await textOf(kept ?? '')).toBe(document);
      await cache.write(key, { version: 6, checkedAt, epoch, document: '{"n":6}' });
      expect((await cache.read(key))?.version).toBe(7);
      await cache.write(key, { version: 8, checkedAt, epoch, document: '{"n":8}' });
      expect(await cache.read(key)).toEqual({ version: 8, checkedAt, epoch, document: '{"n":8}' });
    });

    it('remembers that a panel is deleted', async () => {
      const key = aPanelKey();
      await cache.write(key, { version: 1, checkedAt, epoch, document: '{}' });
      await cache.write(key, { version: 2, checkedAt, epoch, document: undefined });
      expect(await cache.read(key)).toEqual({ version: 2, checkedAt, epoch, document: undefined });
    });

    it('never brings an older version back', async () => {
      const key = aPanelKey();
      await cache.write(key, { version: 10, checkedAt, epoch, document: '{"n":10}' });
      await cache.write(key, { version: 9, checkedAt, epoch, document: '{"n":9}' });
      expect((await cache.read(key))?.version).toBe(10);
    });

    it('takes note that a version was checked again', async () => {
      const key = aPanelKey();
      await cache.write(key, { version: 1, checkedAt, epoch, document: '{}' });
      await cache.write(key, { version: 1, checkedAt: checkedAt + 5, epoch, document: '{}' });
      expect((await cache.read(key))?.checkedAt).toBe(checkedAt + 5);
    });

    it('ends at the newest version, in any order of simultaneous writes', async () => {
      const key = aPanelKey();
      const versions = [5, 17, 3, 20, 11, 8];
      await Promise.all(
        versions.map((version) =>
          cache.write(key, { version, checkedAt, epoch, document: `{"n":${version}}` }),
        ),
      );
      expect(await cache.read(key)).toEqual({ version: 20, checkedAt, epoch, document: '{"n":20}' });
    });

    it('keeps a copy whose epoch is not known', async () => {
      const key = aPanelKey();
      await cache.write(key, { version: 1, checkedAt, epoch: '', document: '{}' });
      expect(await cache.read(key)).toEqual({ version: 1, checkedAt, epoch: '', document: '{}' });
    });

    it('names its server, and goes on doing so', async () => {
      const server = await eventually(() => cache.server, 'the server to have a name');
      await cache.write(aPanelKey(), { version: 1, checkedAt, epoch, document: '{}' });
      expect(cache.server).toBe(server);
    });

    it('keeps owners apart, with any characters in their names', async () => {
      const one = aPanelKey({ owner: 'a:b', workspaceId: 'c', panelId: 'p' });
      const other = aPanelKey({ owner: 'a', workspaceId: 'b:c', panelId: 'p' });
      await cache.write(one, { version: 1, checkedAt, epoch, document: '{"whose":"one"}' });
      expect((await cache.read(other))?.document).not.toBe('{"whose":"one"}');
    });
  });
}
