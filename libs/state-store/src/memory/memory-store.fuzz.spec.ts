import { isLinearizable } from '../testing/spec/concurrent-clients';
import { agreesWithNaiveStore } from '../testing/spec/store-property';
import type { Outcome, Row, WriteRequest } from '../model';
import { LocalStore } from '../store';
import { Maintenance } from '../store/maintenance';
import { MemoryBackend } from './memory-backend';
import { MemoryStore } from '.';

describe('MemoryStore', () => {
  it.each([true, false])('does what the naive store does, with steps at once: %s', async (atOnce) => {
    await agreesWithNaiveStore(async () => new MemoryStore(), { usualRuns: 300, atOnce });
  });

  it('gives every client an answer that is true at a moment between question and answer', async () => {
    await isLinearizable(async (count) => {
      const store = new MemoryStore();
      return Array.from({ length: count }, () => store);
    }, 100);
  });
});

/** A read now and then answers with what the key held a moment ago. */
class ServesTheStale extends MemoryBackend {
  readonly #before = new Map<string, Row>();
  #reads = 0;
  protected override put(row: Row): void {
    const before = this.rows.get(row.key);
    if (before?.value) this.#before.set(row.key, before);
    super.put(row);
  }
  override async read(key: string): Promise<Row | undefined> {
    return this.#reads++ % 5 === 4 ? this.#before.get(key) : super.read(key);
  }
}

class DropsChecks extends MemoryBackend {
  override commit(requests: readonly WriteRequest[]): Promise<readonly Outcome[]> {
    return super.commit(requests.map((request) => ({ ...request, checks: [] })));
  }
}

class TearsTransactions extends MemoryBackend {
  override commit(requests: readonly WriteRequest[]): Promise<readonly Outcome[]> {
    const firstHalf = ({ checks, writes }: WriteRequest) => ({ checks, writes: writes.slice(0, 1) });
    return super.commit(
      requests.map((request) => (request.writes.length > 1 ? firstHalf(request) : request)),
    );
  }
}

describe.each([
  ['a stale read', ServesTheStale],
  ['a check that is dropped', DropsChecks],
  ['half a transaction', TearsTransactions],
])('%s', (_, FaultyBackend) => {
  it('is found by the clients', async () => {
    const found = isLinearizable(async (count) => {
      const backend = new FaultyBackend();
      const store = new LocalStore(backend, (write) => new Maintenance(backend, write, {}));
      return Array.from({ length: count }, () => store);
    }, 100);
    await expect(found).rejects.toThrow('Property failed');
  });
});
