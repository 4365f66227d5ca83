import { inBatches } from './batches';

async function* itemsOf(sizes: readonly number[]) {
  for (const bytes of sizes) yield { bytes };
}

async function batches(sizes: readonly number[], limits = { count: 3, bytes: 10 }) {
  const found = [];
  for await (const batch of inBatches(itemsOf(sizes), limits)) found.push(batch.map(({ bytes }) => bytes));
  return found;
}

describe('batches', () => {
  it('hold so many items', async () => {
    expect(await batches([1, 1, 1, 1, 1, 1, 1])).toEqual([[1, 1, 1], [1, 1, 1], [1]]);
    expect(await batches([1, 1, 1])).toEqual([[1, 1, 1]]);
    expect(await batches([])).toEqual([]);
  });

  it('hold so many bytes', async () => {
    expect(await batches([6, 4, 1, 6, 6])).toEqual([[6, 4], [1, 6], [6]]);
  });

  it('hold one item that is larger than that', async () => {
    expect(await batches([1, 50, 1])).toEqual([[1], [50], [1]]);
  });
});
