import { type Bucket, type TokensTaken, bucketSize, takeTokens } from './token-bucket';
import { Recent } from './recent';
import type { SharedBuckets } from './shared-buckets';

const second = 1_000_000;
/** The share of a second's tokens that a process takes at once. */
const lotShare = 1 / 20;
/** The share of a lot that an empty bucket is left to gather before it is asked again. */
const gatherShare = 1 / 4;
/** How long tokens are held that nobody spends. */
const holdMicros = second;
/** How long a bucket is remembered that nobody asks for; longer than anything that is known of it holds. */
const keepMicros = 5 * second;

/** What somebody was told who wanted to spend tokens. */
export interface Spending {
  readonly accepted: boolean;
  /** How many tokens may be left, as far as this process knows. */
  readonly left: number;
  /** Where it was not accepted: when to try again, in microseconds from now. */
  readonly waitMicros: number;
}

/** What this process has of one bucket. */
interface Account {
  readonly bucket: string;
  /** Tokens taken out of the bucket and not spent yet, until when they are held. */
  held: number;
  heldUntil: number;
  /** How many the bucket had left when last heard of. */
  left: number;
  /** Until when the bucket is known to have nothing. */
  emptyUntil: number;
  /** Whether tokens are on their way, and those who wait for them. */
  asking: boolean;
  waiting: ((spending: Spending) => void)[];
  /** The bucket of this process alone, for when the shared ones are away. */
  own: Bucket | undefined;
}

/**
 * Buckets that fill at one rate, of which this process spends tokens: it takes them in lots, a twentieth of a second's
 * worth, and spends those without asking anybody. When half of a lot is spent, the next one is fetched meanwhile. What
 * nobody spends within a second is let go. Where a lot is a single token, every one is asked for. A
 * bucket that was found empty gathers a quarter of a lot before it is asked again; until then, requests are refused.
 */
export class Lots {
  readonly #accounts: Recent<Account>;
  readonly #size: number;
  readonly #lot: number;
  /** How long a bucket gathers tokens beyond the first, in microseconds. */
  readonly #gatherMicros: number;

  /**
   * @param perSecond how fast each bucket fills
   * @param now microseconds
   */
  constructor(
    private readonly shared: SharedBuckets,
    private readonly perSecond: number,
    bucketOf: (key: string) => string,
    private readonly now: () => number,
  ) {
    this.#size = bucketSize(perSecond);
    this.#lot = Math.max(1, Math.floor(perSecond * lotShare));
    this.#gatherMicros = (Math.ceil(this.#lot * gatherShare) - 1) * (second / perSecond);
    this.#accounts = new Recent((key) => newAccount(bucketOf(key)), Math.max(keepMicros, second / perSecond));
  }

  /**
   * Spends tokens of a bucket: at once where this process holds them, otherwise once the bucket was asked.
   * @param cost how many; what is more than the bucket can hold counts as that
   */
  spend(key: string, cost: number): Spending | Promise<Spending> {
    const now = this.now();
    const account = this.#accounts.of(key, now);
    if (now > account.heldUntil) account.held = 0;
    if (account.held >= cost) return this.#spendHeld(account, cost, now);
    if (this.shared.isAway) {
      if (!account.asking && this.shared.takeTurnToLook()) void this.#ask(account);
      return this.#spendOwn(account, cost, now);
    }
    if (now < account.emptyUntil) return this.#refuse(account, cost, now);
    if (cost > 1) return this.#spendWhole(account, Math.min(cost, this.#size));
    return new Promise((resolve) => {
      account.waiting.push(resolve);
      if (!account.asking) void this.#ask(account);
    });
  }

  /** How many buckets are remembered. */
  get remembered(): number {
    return this.#accounts.size;
  }

  #spendHeld(account: Account, cost: number, now: number): Spending {
    account.held -= cost;
    const isLow = account.held < this.#lot / 2 && this.#lot > 1;
    if (isLow && !account.asking && now >= account.emptyUntil && !this.shared.isAway) void this.#ask(account);
    return { accepted: true, left: account.held + account.left, waitMicros: 0 };
  }

  /** What costs several tokens gets them from the bucket all at once, or leaves them there. */
  async #spendWhole(account: Account, cost: number): Promise<Spending> {
    const held = account.held;
    const missing = cost - held;
    account.held = 0;
    const request = { perSecond: this.perSecond, least: missing, most: missing };
    const taken = await this.shared.take(account.bucket, request);
    if (!taken) return this.#spendOwn(account, cost, this.now());
    const { left, waitMicros } = taken;
    account.left = left;
    const accepted = taken.taken > 0;
    if (!accepted) account.held += held;
    return { accepted, left: account.held + left, waitMicros };
  }

  async #ask(account: Account): Promise<void> {
    account.asking = true;
    const most = Math.max(account.waiting.length, this.#lot);
    const taken = await this.shared.take(account.bucket, { perSecond: this.perSecond, least: 1, most });
    account.asking = false;
    const now = this.now();
    if (taken) this.#enter(account, taken, most, now);
    const waiting = account.waiting.splice(0);
    for (const [index, tell] of waiting.entries()) {
      if (!taken) tell(this.#spendOwn(account, 1, now));
      else if (account.held >= 1) tell(this.#spendOne(account));
      else if (now < account.emptyUntil) tell(this.#refuse(account, 1, now));
      else {
        // More have come than were asked for.
        account.waiting = waiting.slice(index);
        return this.#ask(account);
      }
    }
  }

  #enter(account: Account, { taken, left, waitMicros }: TokensTaken, most: number, now: number): void {
    if (now > account.heldUntil) account.held = 0;
    account.held += taken;
    account.heldUntil = now + holdMicros;
    account.left = left;
    // It had less than was wanted, so it is empty now.
    if (taken < most) account.emptyUntil = now + waitMicros + this.#gatherMicros;
  }

  #spendOne(account: Account): Spending {
    account.held--;
    return { accepted: true, left: account.held + account.left, waitMicros: 0 };
  }

  #spendOwn(account: Account, cost: number, now: number): Spending {
    const least = Math.min(cost, this.#size);
    const request = { perSecond: this.perSecond, least, most: least };
    const { bucket, taken, left, waitMicros } = takeTokens(account.own, now, request);
    account.own = bucket;
    return { accepted: taken > 0, left, waitMicros };
  }

  #refuse(account: Account, cost: number, now: number): Spending {
    const more = (Math.min(cost, this.#size) - 1) * (second / this.perSecond);
    return { accepted: false, left: 0, waitMicros: account.emptyUntil - now + more };
  }
}

function newAccount(bucket: string): Account {
  return {
    bucket,
    ...{ held: 0, heldUntil: 0, left: 0, emptyUntil: 0, own: undefined },
    ...{ asking: false, waiting: [] },
  };
}
