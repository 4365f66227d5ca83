import { agreesWithNaiveStore } from '../testing/spec/store-property';
import { MemoryStore } from '.';

describe('MemoryStore', () => {
  it.each([true, false])('does what the naive store does, with steps at once: %s', async (atOnce) => {
    await agreesWithNaiveStore(async () => new MemoryStore(), { usualRuns: 300, atOnce });
  });
});
