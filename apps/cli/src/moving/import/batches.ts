/** How much goes into one batch. */
export interface BatchLimits {
  readonly count: number;
  readonly bytes: number;
}

/** One transaction: well below what the service takes at once, and short enough to lose little when it is refused. */
export const batchLimits: BatchLimits = { count: 250, bytes: 1024 * 1024 };

/** Gathers items into batches, in their order. An item that is too large for one is a batch of its own. */
export async function* inBatches<T extends { readonly bytes: number }>(
  items: AsyncIterable<T>,
  { count, bytes }: BatchLimits = batchLimits,
): AsyncGenerator<T[], void> {
  let batch: T[] = [];
  let size = 0;
  for await (const item of items) {
    if (batch.length > 0 && size + item.bytes > bytes) {
      yield batch;
      [batch, size] = [[], 0];
    }
    batch.push(item);
    size += item.bytes;
    if (batch.length >= count) {
      yield batch;
      [batch, size] = [[], 0];
    }
  }
  if (batch.length > 0) yield batch;
}
