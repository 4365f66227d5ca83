import { MemoryTokenBuckets } from '../memory';
import type { TokenBuckets } from './ports';
import type { TokenRequest, TokensTaken } from './token-bucket';
import { eventually } from '../testing/eventually';
import { Lots, type Spending } from './lots';
import { SharedBuckets } from './shared-buckets';

const second = 1_000_000;

/** Shared buckets by a clock of our own, which keep count, and may be away or slow. */
class Buckets implements TokenBuckets {
  now = 0;
  readonly requests: TokenRequest[] = [];
  taken = 0;
  away = false;
  hold: Promise<void> | undefined;
  readonly #buckets = new MemoryTokenBuckets(() => this.now);

  async take(bucket: string, request: TokenRequest): Promise<TokensTaken> {
    this.requests.push(request);
    if (this.hold) await this.hold;
    if (this.away) throw new Error('away');
    const answer = await this.#buckets.take(bucket, request);
    this.taken += answer.taken;
    return answer;
  }
}

const failures: unknown[] = [];

function processOf(buckets: Buckets, perSecond: number): Lots {
  const shared = new SharedBuckets(buckets, { hintFailed: (_, error) => failures.push(error) });
  return new Lots(
    shared,
    perSecond,
    (key) => key,
    () => buckets.now,
  );
}

async function spendMany(lots: Lots, times: number, key = 'a'): Promise<Spending[]> {
  return Promise.all(Array.from({ length: times }, async () => lots.spend(key, 1)));
}

const acceptedOf = (spendings: readonly Spending[]) => spendings.filter(({ accepted }) => accepted).length;
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

beforeEach(() => failures.splice(0));

describe('tokens are taken in lots', () => {
  it('and spent without waiting, as long as they last', async () => {
    const buckets = new Buckets();
    const lots = processOf(buckets, 200);
    expect(await lots.spend('a', 1)).toEqual({ accepted: true, left: 199, waitMicros: 0 });
    expect(lots.spend('a', 1)).toEqual({ accepted: true, left: 198, waitMicros: 0 });
    expect(buckets.requests).toEqual([{ perSecond: 200, least: 1, most: 10 }]);
  });

  it('and the next lot is fetched while the one before is spent', async () => {
    const buckets = new Buckets();
    const lots = processOf(buckets, 200);
    await lots.spend('a', 1);
    for (let n = 0; n < 100; n++) {
      expect(lots.spend('a', 1)).toMatchObject({ accepted: true });
      await settle();
    }
    expect(buckets.requests.length).toBeLessThan(25);
  });

  it('of one where there are few', async () => {
    const buckets = new Buckets();
    const lots = processOf(buckets, 20);
    expect(acceptedOf(await spendMany(lots, 5))).toBe(5);
    await settle();
    expect(buckets.taken).toBeLessThanOrEqual(6);
  });

  it('and let go when nobody spends them for a second', async () => {
    const buckets = new Buckets();
    const lots = processOf(buckets, 200);
    await lots.spend('a', 1);
    buckets.now += second + 1;
    expect(lots.spend('a', 1)).toBeInstanceOf(Promise);
  });

  it('each bucket for itself', async () => {
    const buckets = new Buckets();
    const lots = processOf(buckets, 10);
    expect(acceptedOf(await spendMany(lots, 30, 'a'))).toBe(10);
    expect(acceptedOf(await spendMany(lots, 30, 'b'))).toBe(10);
  });
});

describe('when the bucket is empty', () => {
  it('those who wait are refused, and told how long the next token takes', async () => {
    const buckets = new Buckets();
    const spendings = await spendMany(processOf(buckets, 20), 50);
    expect(acceptedOf(spendings)).toBe(20);
    expect(spendings.at(-1)).toEqual({ accepted: false, left: 0, waitMicros: second / 20 });
  });

  it('it is not asked again before it has a token', async () => {
    const buckets = new Buckets();
    const lots = processOf(buckets, 20);
    await spendMany(lots, 50);
    const asked = buckets.requests.length;
    expect(lots.spend('a', 1)).toMatchObject({ accepted: false });
    buckets.now += second / 20 - 1;
    expect(lots.spend('a', 1)).toEqual({ accepted: false, left: 0, waitMicros: 1 });
    expect(buckets.requests.length).toBe(asked);
    buckets.now += 1;
    expect(await lots.spend('a', 1)).toMatchObject({ accepted: true });
  });

  it('it is left to gather some tokens where a lot is large', async () => {
    const buckets = new Buckets();
    const lots = processOf(buckets, 2000);
    expect(acceptedOf(await spendMany(lots, 2100))).toBe(2000);
    const asked = buckets.requests.length;
    for (let n = 0; n < 50; n++) {
      buckets.now += second / 2000;
      await lots.spend('a', 1);
    }
    expect(buckets.requests.length - asked).toBeLessThan(5);
  });

  it('several processes get no more together than it holds, and all of that', async () => {
    const buckets = new Buckets();
    const processes = [1, 2, 3].map(() => processOf(buckets, 100));
    let accepted = 0;
    for (let n = 0; n < 40; n++) {
      const spendings = await Promise.all(processes.map((lots) => spendMany(lots, 5)));
      accepted += acceptedOf(spendings.flat());
      expect(accepted).toBeLessThanOrEqual(buckets.taken);
    }
    expect(accepted).toBe(100);
  });
});

describe('what costs several tokens', () => {
  it('gets them all or none', async () => {
    const buckets = new Buckets();
    const lots = processOf(buckets, 100);
    expect(await lots.spend('a', 60)).toMatchObject({ accepted: true, left: 40 });
    expect(await lots.spend('a', 60)).toEqual({ accepted: false, left: 40, waitMicros: 0.2 * second });
    expect(await lots.spend('a', 40)).toMatchObject({ accepted: true });
    expect(buckets.taken).toBe(100);
  });

  it('and more than the bucket holds gets what it holds', async () => {
    const buckets = new Buckets();
    const lots = processOf(buckets, 10);
    expect(await lots.spend('a', 50)).toMatchObject({ accepted: true, left: 0 });
    expect(await lots.spend('a', 50)).toMatchObject({ accepted: false, waitMicros: second });
  });
});

describe('while the shared buckets are away', () => {
  it('each process keeps the limit by itself, and nobody waits', async () => {
    const buckets = new Buckets();
    const [one, two] = [processOf(buckets, 20), processOf(buckets, 20)];
    buckets.away = true;
    expect(acceptedOf(await spendMany(one, 50))).toBe(20);
    expect(acceptedOf(await spendMany(two, 50))).toBe(20);
    expect(failures).toHaveLength(2);
    buckets.now += second / 2;
    for (let n = 0; n < 10; n++) expect(one.spend('a', 1)).toMatchObject({ accepted: true });
    expect(one.spend('a', 1)).toMatchObject({ accepted: false, waitMicros: second / 20 });
    expect(one.spend('a', 10)).toMatchObject({ accepted: false });
    expect(failures).toHaveLength(2);
  });

  it('which they are as well when they do not answer at once', async () => {
    const buckets = new Buckets();
    const lots = processOf(buckets, 20);
    let goOn = () => {};
    buckets.hold = new Promise((resolve) => (goOn = resolve));
    const spendings = await spendMany(lots, 30);
    expect(acceptedOf(spendings)).toBe(20);
    expect(lots.spend('a', 1)).toMatchObject({ accepted: false });
    expect(failures).toEqual([new Error('No answer within 250 ms.')]);
    goOn();
  });

  it('somebody looks for them once a second, and they are shared again', async () => {
    const buckets = new Buckets();
    const lots = processOf(buckets, 20);
    buckets.away = true;
    await spendMany(lots, 10);
    const asked = buckets.requests.length;
    await spendMany(lots, 10);
    expect(buckets.requests.length).toBe(asked);
    buckets.away = false;
    await eventually(() => {
      buckets.now += second;
      return lots.spend('a', 1) && buckets.taken > 0;
    }, 'a look at the buckets');
    const { requests } = buckets;
    const before = requests.length;
    buckets.now += 2 * second;
    expect(acceptedOf(await spendMany(lots, 30))).toBe(20);
    expect(requests.length).toBeGreaterThan(before);
  });
});

it('buckets that nobody asks for are forgotten', async () => {
  const buckets = new Buckets();
  const lots = processOf(buckets, 20);
  for (let n = 0; n < 100; n++) {
    await lots.spend(`user ${n}`, 1);
    buckets.now += second;
  }
  expect(lots.remembered).toBeLessThan(15);
});
