import { randomUUID } from 'node:crypto';
import { cosine } from '../context/model';
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

    it('names the texts that have no vector, of one owner and one provider', async () => {
      const owner = randomUUID();
      await subject.store.write(owner, 'model', [{ checksum: 'a', vector }]);
      expect(await subject.store.missing(owner, 'model', ['a', 'b'])).toEqual(['b']);
      expect(await subject.store.missing(owner, 'other', ['a'])).toEqual(['a']);
      expect(await subject.store.missing(randomUUID(), 'model', ['a'])).toEqual(['a']);
      expect(await subject.store.missing(owner, 'model', [])).toEqual([]);
    });

    it('compares as vectors that are read are compared, in the same order', async () => {
      const owner = randomUUID();
      const vectorOf = (seed: number) =>
        Float32Array.from({ length: 256 }, (_, index) => Math.sin((seed + 1) * (index + 1) * 12.9898));
      const kept = Array.from({ length: 300 }, (_, n) => ({ checksum: `c${n}`, vector: vectorOf(n) }));
      await subject.store.write(owner, 'model', kept);
      const to = vectorOf(1_000);
      const checksums = kept.map(({ checksum }) => checksum);
      const near = await subject.store.similarities(owner, 'model', [...checksums, 'unknown'], to);
      const found = new Map(near.map((one) => [one.checksum, one.cosine]));
      expect([...found.keys()].sort()).toEqual([...checksums].sort());
      for (const { checksum, vector: own } of kept)
        expect(found.get(checksum)).toBeCloseTo(cosine(own, to), 6);
      const best = (score: (checksum: string) => number) =>
        checksums.toSorted((one, other) => score(other) - score(one)).slice(0, 20);
      const exact = new Map(kept.map((one) => [one.checksum, cosine(one.vector, to)]));
      expect(best((checksum) => found.get(checksum) ?? NaN)).toEqual(
        best((checksum) => exact.get(checksum) ?? NaN),
      );
    });

    it('compares only what is asked for, of one owner and one provider', async () => {
      const owner = randomUUID();
      await subject.store.write(owner, 'model', [
        { checksum: 'a', vector },
        { checksum: 'b', vector },
      ]);
      expect(await subject.store.similarities(owner, 'model', ['a'], vector)).toEqual([
        { checksum: 'a', cosine: expect.closeTo(1, 6) },
      ]);
      expect(await subject.store.similarities(owner, 'other', ['a'], vector)).toEqual([]);
      expect(await subject.store.similarities(randomUUID(), 'model', ['a'], vector)).toEqual([]);
    });

    it('finds nothing near to what is zero, or of another length', async () => {
      const owner = randomUUID();
      await subject.store.write(owner, 'model', [
        { checksum: 'zero', vector: new Float32Array(3) },
        { checksum: 'short', vector: Float32Array.from([1]) },
        { checksum: 'against', vector: Float32Array.from([-0.5, 1.25, -3]) },
      ]);
      const checksums = ['zero', 'short', 'against'];
      const near = await subject.store.similarities(owner, 'model', checksums, vector);
      expect(near.toSorted((one, other) => (one.checksum < other.checksum ? -1 : 1))).toEqual([
        { checksum: 'against', cosine: expect.closeTo(-1, 6) },
        { checksum: 'short', cosine: 0 },
        { checksum: 'zero', cosine: 0 },
      ]);
      const toZero = await subject.store.similarities(owner, 'model', ['against'], new Float32Array(3));
      expect(toZero).toEqual([{ checksum: 'against', cosine: 0 }]);
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
