import {
  type Cipher,
  type Outcome,
  type Row,
  type WriteRequest,
  changeForWatchers,
  decideBatch,
  isDue,
  isLive,
  keysOf,
  noCipher,
} from '../model';
import {
  type Backend,
  type ChangePage,
  type ChangeQuery,
  type ListQuery,
  type Retention,
  defaultRetention,
} from '../store/backend';
import type { Capabilities } from '../store/capabilities';
import type { Maintained } from '../store/maintenance';
import { MemoryLog } from './memory-log';
import { SortedKeys } from './sorted-keys';

/** Keys in the memory of this process. */
export class MemoryBackend implements Backend, Maintained {
  readonly capabilities: Capabilities;
  /** All keys that ever held a value: versions go on after a deletion. */
  protected readonly rows = new Map<string, Row>();
  readonly #present = new SortedKeys();
  /** Keys with a time to live. */
  readonly #expiring = new Set<string>();
  readonly #log = new MemoryLog();
  readonly #retention: Required<Retention>;

  /** @param cipher seals sensitive values */
  constructor(
    retention: Retention = {},
    private readonly cipher: Cipher = noCipher,
  ) {
    this.capabilities = { durable: false, shared: false, networked: false, encrypts: cipher.encrypts };
    this.#retention = { ...defaultRetention, ...retention };
  }

  async read(key: string): Promise<Row | undefined> {
    const row = this.rows.get(key);
    return isLive(row, Date.now()) ? row : undefined;
  }

  async list({ prefix, after, limit }: ListQuery): Promise<{ rows: readonly Row[]; revision: number }> {
    const now = Date.now();
    const rows: Row[] = [];
    for (const key of this.#present.range(prefix, after)) {
      if (rows.length === limit) break;
      const row = this.rows.get(key);
      if (isLive(row, now)) rows.push(row);
    }
    return { rows, revision: this.#log.revision };
  }

  async commit(requests: readonly WriteRequest[]): Promise<readonly Outcome[]> {
    const known = requests.flatMap(keysOf).flatMap((key): [string, Row][] => {
      const row = this.rows.get(key);
      return row ? [[key, row]] : [];
    });
    const decided = decideBatch(requests, new Map(known), this.#log.revision, Date.now(), this.cipher);
    for (const row of decided.rows.values()) this.put(row);
    for (const change of decided.changes) this.#log.append(changeForWatchers(change));
    return decided.outcomes;
  }

  async changes(query: ChangeQuery): Promise<ChangePage> {
    return this.#log.read(query);
  }

  async revision(): Promise<number> {
    return this.#log.revision;
  }

  onChange(): () => void {
    // Nobody else writes. A watch keeps the process running all the same, as with the other backends.
    const timer = setInterval(() => undefined, 2_147_483_647);
    return () => clearInterval(timer);
  }

  async due(limit: number): Promise<{ keys: readonly string[]; nextInMs: number | undefined }> {
    const now = Date.now();
    const keys: string[] = [];
    let next = Infinity;
    for (const key of this.#expiring) {
      const row = this.rows.get(key) as Row;
      if (!isDue(row, now)) next = Math.min(next, row.expiresAt ?? Infinity);
      else if (keys.push(key) === limit) break;
    }
    return { keys, nextInMs: next < Infinity ? next - now : undefined };
  }

  async compact(): Promise<void> {
    this.#log.compact(this.#retention.maxChanges, Date.now() - this.#retention.maxAgeMs);
  }

  async close(): Promise<void> {}

  protected put(row: Row): void {
    this.rows.set(row.key, row);
    if (row.value === undefined) this.#present.remove(row.key);
    else this.#present.add(row.key);
    if (row.expiresAt === undefined) this.#expiring.delete(row.key);
    else this.#expiring.add(row.key);
  }
}
