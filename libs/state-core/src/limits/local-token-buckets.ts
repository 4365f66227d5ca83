import { type Bucket, type TokensTaken, bucketSize, takeTokens } from './token-bucket';
import { ExpiringMap } from './expiring-map';
import type { SharedBuckets } from './shared-buckets';

const second = 1_000_000;
/** The share of a second's tokens that a process takes at once. */
const batchShare = 1 / 20;
/** The share of a batch that an empty bucket is left to gather before it is asked again. */
const gatherShare = 1 / 4;
/** How long a process holds tokens that it does not spend. */
const holdMicros = second;
/** How long an unused bucket is remembered; longer than anything that is known of it holds. */
const keepMicros = 5 * second;

/** What came of taking tokens. */
export interface TakeResult {
  readonly accepted: boolean;
  /** How many tokens may be left, as far as this process knows. */
  readonly left: number;
  /** Where it was not accepted: when to try again, in microseconds from now. */
  readonly waitMicros: number;
}

/** What this process knows of one bucket. */
interface BucketState {
  readonly bucket: string;
  /** Tokens taken out of the bucket and not spent yet, until when they are held. */
  held: number;
  heldUntil: number;
  /** How many the bucket had left at the last reply. */
  left: number;
  /** Until when the bucket is known to have nothing. */
  emptyUntil: number;
  /** Whether tokens are on their way, and those who wait for them. */
  asking: boolean;
  waiting: ((result: TakeResult) => void)[];
  /** The bucket of this process alone, for when the shared ones are away. */
  own: Bucket | undefined;
}

/**
 * Buckets that fill at one rate, of which this process spends tokens: it takes them in batches, a twentieth of a second's
 * worth, and spends those without a request. When half of a batch is spent, the next one is fetched meanwhile. Tokens
 * not spent within a second are let go. Where a batch is a single token, every one is asked for. A
 * bucket that was found empty gathers a quarter of a batch before it is asked again; until then, requests are refused.
 */
export class LocalTokenBuckets {
  readonly #states: ExpiringMap<BucketState>;
  readonly #size: number;
  readonly #batch: number;
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
    this.#batch = Math.max(1, Math.floor(perSecond * batchShare));
    this.#gatherMicros = (Math.ceil(this.#batch * gatherShare) - 1) * (second / perSecond);
    this.#states = new ExpiringMap(
      (key) => newState(bucketOf(key)),
      Math.max(keepMicros, second / perSecond),
    );
  }

  /**
   * Spends tokens of a bucket: at once where this process holds them, otherwise once the bucket was asked.
   * @param cost how many; what is more than the bucket can hold counts as that
   */
  take(key: string, cost: number): TakeResult | Promise<TakeResult> {
    const now = this.now();
    const state = this.#states.of(key, now);
    if (now > state.heldUntil) state.held = 0;
    if (state.held >= cost) return this.#takeHeld(state, cost, now);
    if (this.shared.isAway) {
      if (!state.asking && this.shared.takeTurnToLook()) void this.#ask(state);
      return this.#takeOwn(state, cost, now);
    }
    if (now < state.emptyUntil) return this.#refuse(state, cost, now);
    if (cost > 1) return this.#takeWhole(state, Math.min(cost, this.#size));
    return new Promise((resolve) => {
      state.waiting.push(resolve);
      if (!state.asking) void this.#ask(state);
    });
  }

  /** How many buckets are remembered. */
  get remembered(): number {
    return this.#states.size;
  }

  #takeHeld(state: BucketState, cost: number, now: number): TakeResult {
    state.held -= cost;
    const isLow = state.held < this.#batch / 2 && this.#batch > 1;
    if (isLow && !state.asking && now >= state.emptyUntil && !this.shared.isAway) void this.#ask(state);
    return { accepted: true, left: state.held + state.left, waitMicros: 0 };
  }

  /** What costs several tokens gets them from the bucket all at once, or leaves them there. */
  async #takeWhole(state: BucketState, cost: number): Promise<TakeResult> {
    const held = state.held;
    const missing = cost - held;
    state.held = 0;
    const request = { perSecond: this.perSecond, least: missing, most: missing };
    const taken = await this.shared.take(state.bucket, request);
    if (!taken) return this.#takeOwn(state, cost, this.now());
    const { left, waitMicros } = taken;
    state.left = left;
    const accepted = taken.taken > 0;
    if (!accepted) state.held += held;
    return { accepted, left: state.held + left, waitMicros };
  }

  async #ask(state: BucketState): Promise<void> {
    state.asking = true;
    const most = Math.max(state.waiting.length, this.#batch);
    const taken = await this.shared.take(state.bucket, { perSecond: this.perSecond, least: 1, most });
    state.asking = false;
    const now = this.now();
    if (taken) this.#enter(state, taken, most, now);
    const waiting = state.waiting.splice(0);
    for (const [index, settle] of waiting.entries()) {
      if (!taken) settle(this.#takeOwn(state, 1, now));
      else if (state.held >= 1) settle(this.#takeOne(state));
      else if (now < state.emptyUntil) settle(this.#refuse(state, 1, now));
      else {
        // More have come than were asked for.
        state.waiting = waiting.slice(index);
        return this.#ask(state);
      }
    }
  }

  #enter(state: BucketState, { taken, left, waitMicros }: TokensTaken, most: number, now: number): void {
    if (now > state.heldUntil) state.held = 0;
    state.held += taken;
    state.heldUntil = now + holdMicros;
    state.left = left;
    // It had less than was wanted, so it is empty now.
    if (taken < most) state.emptyUntil = now + waitMicros + this.#gatherMicros;
  }

  #takeOne(state: BucketState): TakeResult {
    state.held--;
    return { accepted: true, left: state.held + state.left, waitMicros: 0 };
  }

  #takeOwn(state: BucketState, cost: number, now: number): TakeResult {
    const least = Math.min(cost, this.#size);
    const request = { perSecond: this.perSecond, least, most: least };
    const { bucket, taken, left, waitMicros } = takeTokens(state.own, now, request);
    state.own = bucket;
    return { accepted: taken > 0, left, waitMicros };
  }

  #refuse(state: BucketState, cost: number, now: number): TakeResult {
    const more = (Math.min(cost, this.#size) - 1) * (second / this.perSecond);
    return { accepted: false, left: 0, waitMicros: state.emptyUntil - now + more };
  }
}

function newState(bucket: string): BucketState {
  return {
    bucket,
    ...{ held: 0, heldUntil: 0, left: 0, emptyUntil: 0, own: undefined },
    ...{ asking: false, waiting: [] },
  };
}
