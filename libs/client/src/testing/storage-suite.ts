import type { StoredDocument } from '../document/stored-document';
import type { DocumentStorage } from '../storage/document-storage';

const pending: StoredDocument = {
  version: 2,
  state: { n: 1, text: 'ä€😀' },
  pending: [{ id: 'a', ops: [{ op: 'inc', path: '/n', value: 1 }] }],
};
const confirmed: StoredDocument = { version: 3, state: { n: 2 }, pending: [] };

/**
 * What every storage of documents promises.
 * @param make a storage that is empty
 */
export function describeStorage(name: string, make: () => DocumentStorage | Promise<DocumentStorage>): void {
  describe(name, () => {
    let storage: DocumentStorage;

    beforeEach(async () => {
      storage = await make();
    });

    it('has nothing at first', async () => {
      const session = await storage.open('doc');
      expect([await session.adopt(), await session.latest()]).toEqual([undefined, undefined]);
      await session.close();
    });

    it('gives what was left behind to the next opener, with every character', async () => {
      const first = await storage.open('doc');
      await first.save(pending);
      await first.close();
      const second = await storage.open('doc');
      expect(await second.adopt()).toEqual(pending);
    });

    it('gives what was left behind to one opener only', async () => {
      const first = await storage.open('doc');
      await first.save(pending);
      await first.close();
      const openers = await Promise.all(Array.from({ length: 8 }, () => storage.open('doc')));
      const adopted = await Promise.all(openers.map((opener) => opener.adopt()));
      expect(adopted.filter((document) => document !== undefined)).toEqual([pending]);
      await Promise.all(openers.map((opener) => opener.close()));
    });

    it('gives nothing away while its opener is there', async () => {
      const first = await storage.open('doc');
      await first.save(pending);
      const second = await storage.open('doc');
      expect(await second.adopt()).toBeUndefined();
      expect(await second.latest()).toEqual({ ...pending, pending: [] });
    });

    it('keeps the changes of several openers apart', async () => {
      const [first, second] = [await storage.open('doc'), await storage.open('doc')];
      await first.save(pending);
      await second.save({ ...pending, version: 7 });
      await first.close();
      await second.close();
      const found: (number | undefined)[] = [];
      for (let count = 0; count < 3; count++)
        found.push((await (await storage.open('doc')).adopt())?.version);
      expect(found.sort()).toEqual([2, 7, undefined]);
    });

    it('does not give away what was sent meanwhile', async () => {
      const first = await storage.open('doc');
      await first.save(pending);
      await first.save(confirmed);
      await first.close();
      const second = await storage.open('doc');
      expect(await second.adopt()).toBeUndefined();
      expect(await second.latest()).toEqual(confirmed);
    });

    it('keeps documents apart by their names, whatever is in them', async () => {
      const names = ['doc', 'doc2', '../doc', '["a","b"]', 'ä/€'];
      for (const [version, document] of names.entries()) {
        const session = await storage.open(document);
        await session.save({ version: version + 1, state: {}, pending: [] });
        await session.close();
      }
      for (const [version, document] of names.entries()) {
        expect((await (await storage.open(document)).latest())?.version).toBe(version + 1);
      }
    });
  });
}
