import { MemoryTokenBuckets } from '../memory';
import type { TokenBuckets } from './ports';
import type { TokenRequest, TokensTaken } from './token-bucket';
import { eventually } from '../testing/eventually';
import { FailingStore } from '../testing/failing-store';
import { LocalTokenBuckets, type TakeResult } from './local-token-buckets';
import { SharedBuckets } from './shared-buckets';

const second = 1_000_000;

/** Shared buckets by a clock of our own, which keep count, and their faults. */
class Buckets implements TokenBuckets {
  now = 0;
  readonly requests: TokenRequest[] = [];
  taken = 0;
  readonly faults = new FailingStore<TokenBuckets>(this);
  readonly #buckets = new MemoryTokenBuckets(() => this.now);

  async take(bucket: string, request: TokenRequest): Promise<TokensTaken> {
    this.requests.push(request);
    const answer = await this.#buckets.take(bucket, request);
    this.taken += answer.taken;
    return answer;
  }
}

const failures: unknown[] = [];

function processOf(buckets: Buckets, perSecond: number): LocalTokenBuckets {
  const shared = new SharedBuckets(buckets.faults.port, { hintFailed: (_, error) => failures.push(error) });
  return new LocalTokenBuckets(
    shared,
    perSecond,
    (key) => key,
    () => buckets.now,
  );
}

async function takeMany(tokens: LocalTokenBuckets, times: number, key = 'a'): Promise<TakeResult[]> {
  return Promise.all(Array.from({ length: times }, async () => tokens.take(key, 1)));
}

const acceptedOf = (results: readonly TakeResult[]) => results.filter(({ accepted }) => accepted).length;
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

beforeEach(() => failures.splice(0));

describe('tokens are taken in batches', () => {
  it('and spent without waiting, as long as they last', async () => {
    const buckets = new Buckets();
    const tokens = processOf(buckets, 200);
    expect(await tokens.take('a', 1)).toEqual({ accepted: true, left: 199, waitMicros: 0 });
    expect(tokens.take('a', 1)).toEqual({ accepted: true, left: 198, waitMicros: 0 });
    expect(buckets.requests).toEqual([{ perSecond: 200, least: 1, most: 10 }]);
  });

  it('and the next batch is fetched while the one before is spent', async () => {
    const buckets = new Buckets();
    const tokens = processOf(buckets, 200);
    await tokens.take('a', 1);
    for (let n = 0; n < 100; n++) {
      expect(tokens.take('a', 1)).toMatchObject({ accepted: true });
      await settle();
    }
    expect(buckets.requests.length).toBeLessThan(25);
  });

  it('of one where there are few', async () => {
    const buckets = new Buckets();
    const tokens = processOf(buckets, 20);
    expect(acceptedOf(await takeMany(tokens, 5))).toBe(5);
    await settle();
    expect(buckets.taken).toBeLessThanOrEqual(6);
  });

  it('and let go when they are not spent for a second', async () => {
    const buckets = new Buckets();
    const tokens = processOf(buckets, 200);
    await tokens.take('a', 1);
    buckets.now += second + 1;
    expect(tokens.take('a', 1)).toBeInstanceOf(Promise);
  });

  it('each bucket for itself', async () => {
    const buckets = new Buckets();
    const tokens = processOf(buckets, 10);
    expect(acceptedOf(await takeMany(tokens, 30, 'a'))).toBe(10);
    expect(acceptedOf(await takeMany(tokens, 30, 'b'))).toBe(10);
  });
});

describe('when the bucket is empty', () => {
  it('waiting requests are refused, with the time until the next token', async () => {
    const buckets = new Buckets();
    const results = await takeMany(processOf(buckets, 20), 50);
    expect(acceptedOf(results)).toBe(20);
    expect(results.at(-1)).toEqual({ accepted: false, left: 0, waitMicros: second / 20 });
  });

  it('it is not asked again before it has a token', async () => {
    const buckets = new Buckets();
    const tokens = processOf(buckets, 20);
    await takeMany(tokens, 50);
    const asked = buckets.faults.calls('take');
    expect(tokens.take('a', 1)).toMatchObject({ accepted: false });
    buckets.now += second / 20 - 1;
    expect(tokens.take('a', 1)).toEqual({ accepted: false, left: 0, waitMicros: 1 });
    expect(buckets.faults.calls('take')).toBe(asked);
    buckets.now += 1;
    expect(await tokens.take('a', 1)).toMatchObject({ accepted: true });
  });

  it('it is left to gather some tokens where a batch is large', async () => {
    const buckets = new Buckets();
    const tokens = processOf(buckets, 2000);
    expect(acceptedOf(await takeMany(tokens, 2100))).toBe(2000);
    const asked = buckets.faults.calls('take');
    for (let n = 0; n < 50; n++) {
      buckets.now += second / 2000;
      await tokens.take('a', 1);
    }
    expect(buckets.requests.length - asked).toBeLessThan(5);
  });

  it('several processes get no more together than it holds, and all of that', async () => {
    const buckets = new Buckets();
    const processes = [1, 2, 3].map(() => processOf(buckets, 100));
    let accepted = 0;
    for (let n = 0; n < 40; n++) {
      const results = await Promise.all(processes.map((tokens) => takeMany(tokens, 5)));
      accepted += acceptedOf(results.flat());
      expect(accepted).toBeLessThanOrEqual(buckets.taken);
    }
    expect(accepted).toBe(100);
  });
});

describe('what costs several tokens', () => {
  it('gets them all or none', async () => {
    const buckets = new Buckets();
    const tokens = processOf(buckets, 100);
    expect(await tokens.take('a', 60)).toMatchObject({ accepted: true, left: 40 });
    expect(await tokens.take('a', 60)).toEqual({ accepted: false, left: 40, waitMicros: 0.2 * second });
    expect(await tokens.take('a', 40)).toMatchObject({ accepted: true });
    expect(buckets.taken).toBe(100);
  });

  it('and more than the bucket holds gets what it holds', async () => {
    const buckets = new Buckets();
    const tokens = processOf(buckets, 10);
    expect(await tokens.take('a', 50)).toMatchObject({ accepted: true, left: 0 });
    expect(await tokens.take('a', 50)).toMatchObject({ accepted: false, waitMicros: second });
  });
});

describe('while the shared buckets are away', () => {
  it('each process keeps the limit by itself, and no request waits', async () => {
    const buckets = new Buckets();
    const [one, two] = [processOf(buckets, 20), processOf(buckets, 20)];
    buckets.faults.leave(new Error('away'));
    expect(acceptedOf(await takeMany(one, 50))).toBe(20);
    expect(acceptedOf(await takeMany(two, 50))).toBe(20);
    expect(failures).toHaveLength(2);
    buckets.now += second / 2;
    for (let n = 0; n < 10; n++) expect(one.take('a', 1)).toMatchObject({ accepted: true });
    expect(one.take('a', 1)).toMatchObject({ accepted: false, waitMicros: second / 20 });
    expect(one.take('a', 10)).toMatchObject({ accepted: false });
    expect(failures).toHaveLength(2);
  });

  it('which they are as well when they do not answer at once', async () => {
    const buckets = new Buckets();
    const tokens = processOf(buckets, 20);
    const silence = buckets.faults.holdNext('take');
    const results = await takeMany(tokens, 30);
    expect(acceptedOf(results)).toBe(20);
    expect(tokens.take('a', 1)).toMatchObject({ accepted: false });
    expect(failures).toEqual([new Error('No response within 250 ms.')]);
    silence.release();
  });

  it('one request a second tries them, and they are shared again', async () => {
    const buckets = new Buckets();
    const tokens = processOf(buckets, 20);
    buckets.faults.leave(new Error('away'));
    await takeMany(tokens, 10);
    const asked = buckets.faults.calls('take');
    await takeMany(tokens, 10);
    expect(buckets.faults.calls('take')).toBe(asked);
    buckets.faults.comeBack();
    await eventually(() => {
      buckets.now += second;
      return tokens.take('a', 1) && buckets.taken > 0;
    }, 'a look at the buckets');
    const { requests } = buckets;
    const before = requests.length;
    buckets.now += 2 * second;
    expect(acceptedOf(await takeMany(tokens, 30))).toBe(20);
    expect(requests.length).toBeGreaterThan(before);
  });
});

it('unused buckets are forgotten', async () => {
  const buckets = new Buckets();
  const tokens = processOf(buckets, 20);
  for (let n = 0; n < 100; n++) {
    await tokens.take(`user ${n}`, 1);
    buckets.now += second;
  }
  expect(tokens.remembered).toBeLessThan(15);
});
