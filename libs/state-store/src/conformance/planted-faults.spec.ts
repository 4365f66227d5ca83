import { MemoryBackend } from '../memory/memory-backend';
import type { Cipher, Outcome, Row, Write, WriteRequest } from '../model';
import type { ChangePage, ChangeQuery, ListQuery, Retention } from '../store/backend';
import { LocalStore } from '../store';
import { Maintenance } from '../store/maintenance';
import { aKeyRing } from '../testing/spec/a-key-ring';
import { checkRule, patience, rules } from '.';

/** Two merges into one key in one batch: the later one overwrites the earlier one. */
class LosesAnUpdate extends MemoryBackend {
  override commit(requests: readonly WriteRequest[]): Promise<readonly Outcome[]> {
    const merged = (request: WriteRequest) => request.writes.find(({ type }) => type === 'merge')?.key;
    return super.commit(
      requests.map((request, index) => {
        const key = merged(request);
        const isLost = key !== undefined && requests.slice(index + 1).some((later) => merged(later) === key);
        return isLost ? { checks: [], writes: [{ type: 'merge', key, patch: {} }] } : request;
      }),
    );
  }
}

class SkipsAnEvent extends MemoryBackend {
  override async changes(query: ChangeQuery): Promise<ChangePage> {
    const page = await super.changes(query);
    return { ...page, changes: page.changes.filter(({ revision }) => revision !== 90) };
  }
}

class ShowsSecrets extends MemoryBackend {
  override async list(query: ListQuery): Promise<{ rows: readonly Row[]; revision: number }> {
    const { rows, revision } = await super.list(query);
    return { rows: rows.map((row) => ({ ...row, sensitive: false })), revision };
  }
}

/** A plain write of a secret uncovers it. */
class UncoversSecrets extends MemoryBackend {
  override commit(requests: readonly WriteRequest[]): Promise<readonly Outcome[]> {
    const plain = (write: Write): Write => (write.type === 'set' ? { sensitive: false, ...write } : write);
    return super.commit(requests.map(({ checks, writes }) => ({ checks, writes: writes.map(plain) })));
  }
}

class RestartsVersions extends MemoryBackend {
  protected override put(row: Row): void {
    super.put(row);
    // With the rest of the row goes what versions go on from.
    if (row.value === undefined && !this.hadTtl.has(row.key)) this.rows.delete(row.key);
    if (row.expiresAt !== undefined) this.hadTtl.add(row.key);
  }
  readonly hadTtl = new Set<string>();
}

/** The sweeper comes late, and readers do not look at the clock. */
class ShowsTheExpired extends MemoryBackend {
  override async read(key: string): Promise<Row | undefined> {
    const row = this.rows.get(key);
    return row?.value === undefined ? undefined : row;
  }
  override async due(limit: number): Promise<{ keys: readonly string[]; nextInMs: number | undefined }> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return super.due(limit);
  }
}

class NeverTellsOfExpiry extends MemoryBackend {
  override async due(): Promise<{ keys: readonly string[]; nextInMs: number | undefined }> {
    return { keys: [], nextInMs: undefined };
  }
}

class ListsByLength extends MemoryBackend {
  override async list(query: ListQuery): Promise<{ rows: readonly Row[]; revision: number }> {
    const { rows, revision } = await super.list(query);
    const isUnicode = rows.some(({ key }) => key > '/\u0100');
    return { rows: isUnicode ? [...rows].sort((a, b) => (a.key < b.key ? -1 : 1)) : rows, revision };
  }
}

class KeepsTooMany extends MemoryBackend {
  constructor(retention?: Retention, cipher?: Cipher) {
    super({ ...retention, maxChanges: Infinity }, cipher);
  }
}

class KeepsTooLong extends MemoryBackend {
  constructor(retention?: Retention, cipher?: Cipher) {
    super({ ...retention, maxAgeMs: 86_400_000 }, cipher);
  }
}

class IgnoresVersions extends MemoryBackend {
  override commit(requests: readonly WriteRequest[]): Promise<readonly Outcome[]> {
    // Only where several of them race.
    if (requests.length < 2 || requests.some(({ checks }) => checks[0]?.version === 0 || checks.length > 1)) {
      return super.commit(requests);
    }
    return super.commit(requests.map((request) => ({ ...request, checks: [] })));
  }
}

const faults: readonly [string, new (retention?: Retention, cipher?: Cipher) => MemoryBackend, string][] = [
  ['a lost update', LosesAnUpdate, 'loses no concurrent update'],
  ['a watch that skips an event', SkipsAnEvent, 'misses no change and repeats none under concurrent writes'],
  [
    'a version that restarts after a deletion',
    RestartsVersions,
    'goes on with the versions of a key after its deletion',
  ],
  ['an expired key that can be read', ShowsTheExpired, 'shows no reader a key whose time has passed'],
  [
    'an expiry that watches are not told of',
    NeverTellsOfExpiry,
    'tells watches of a key whose time has passed, once',
  ],
  [
    'a list in the order of UTF-16',
    ListsByLength,
    'lists the keys with a prefix in the order of their bytes',
  ],
  ['a list that shows secrets', ShowsSecrets, 'keeps sensitive values from watches and lists'],
  [
    'a secret that a plain write uncovers',
    UncoversSecrets,
    'keeps a sensitive value sensitive until it is said otherwise, or deleted',
  ],
  ['too many changes that are kept', KeepsTooMany, 'refuses a watch since a change that is no longer kept'],
  ['changes that are kept too long', KeepsTooLong, 'forgets changes that are older than they are kept'],
  ['a check that is dropped in a race', IgnoresVersions, 'lets one of many concurrent compareAndSets win'],
];

const cipher = aKeyRing().cipherOf('owner');

/** The rule that a fault breaks may wait for what never comes; the other rules wait as long as a busy machine needs. */
const usual = patience.ms;
const short = 5_000;
afterEach(() => (patience.ms = usual));

describe.each(faults)('%s', (_, FaultyBackend, broken) => {
  it(`breaks the rule "${broken}" and no other`, async () => {
    const failed: string[] = [];
    for (const rule of rules) {
      patience.ms = rule.name === broken ? short : usual;
      await checkRule(rule, {
        open: async ({ retention } = {}) => {
          const backend = new FaultyBackend(retention, cipher);
          return new LocalStore(backend, (write) => new Maintenance(backend, write, { retention }), cipher);
        },
      }).catch(() => failed.push(rule.name));
    }
    expect(failed).toEqual([broken]);
  });
});
