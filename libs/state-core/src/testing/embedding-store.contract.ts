import { randomUUID } from 'node:crypto';
import type { EmbeddingStore } from '../context/ports';

/** What a store of embeddings hands to its contract suite. */
export interface EmbeddingStoreUnderTest {
  readonly store: EmbeddingStore;
  readonly close?: () => Promise<void>;
}

/** The promises of `EmbeddingStore`, the same for every adapter. */
export function describeEmbeddingStore(name: string, open: () => Promise<EmbeddingStoreUnderTest>): void {
  describe(`embedding store: ${name}`, () => {
    let subject: EmbeddingStoreUnderTest;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject?.close?.());

    const vector = Float32Array.from([0.5, -1.25, 3]);

    it('reads back what was written, of one owner and one provider', async () => {
      const owner = randomUUID();
      await subject.store.write(owner, 'model', [{ checksum: 'a', vector }]);
      expect(await subject.store.read(owner, 'model', ['a', 'b'])).toEqual([{ checksum: 'a', vector }]);
      expect(await subject.store.read(owner, 'other', ['a'])).toEqual([]);
      expect(await subject.store.read(randomUUID(), 'model', ['a'])).toEqual([]);
    });

    it('keeps the first vector of a checksum', async () => {
      const owner = randomUUID();
      await subject.store.write(owner, 'model', [{ checksum: 'a', vector }]);
      await subject.store.write(owner, 'model', [{ checksum: 'a', vector: Float32Array.from([9]) }]);
      expect(await subject.store.read(owner, 'model', ['a'])).toEqual([{ checksum: 'a', vector }]);
    });

    it('forgets what was not read since an instant', async () => {
      const owner = randomUUID();
      await subject.store.write(owner, 'model', [{ checksum: 'a', vector }]);
      await subject.store.prune(new Date(Date.now() - 60_000).toISOString());
      expect(await subject.store.read(owner, 'model', ['a'])).toHaveLength(1);
      await subject.store.prune(new Date(Date.now() + 60_000).toISOString());
      expect(await subject.store.read(owner, 'model', ['a'])).toEqual([]);
    });
  });
}
