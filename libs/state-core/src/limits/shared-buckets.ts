import type { TokenBuckets } from './ports';
import type { TokenRequest, TokensTaken } from './token-bucket';
import type { HintObserver } from '../panels';

/** How long a request waits for the shared buckets. */
const longestWaitMs = 250;
/** The pause between two looks whether they are back. */
const retryMs = 1_000;

/** The buckets that all processes share, as long as they can be reached. */
export class SharedBuckets {
  #away = false;
  /** When to look again, in milliseconds. */
  #nextLook = 0;

  /** @param observer notified each time they cannot be reached */
  constructor(
    private readonly buckets: TokenBuckets,
    private readonly observer: HintObserver,
  ) {}

  /** Whether they could not be reached when last looked at; then each process keeps the limits by itself. */
  get isAway(): boolean {
    return this.#away;
  }

  /** Whether the caller should try if they are back: true for one caller a second. */
  takeTurnToLook(): boolean {
    const now = performance.now();
    if (now < this.#nextLook) return false;
    this.#nextLook = now + retryMs;
    return true;
  }

  /** Takes tokens out of a bucket; undefined when the buckets are away or do not answer at once. Never fails. */
  take(bucket: string, request: TokenRequest): Promise<TokensTaken | undefined> {
    return new Promise((resolve) => {
      let answered = false;
      const giveUp = () => {
        if (answered) return;
        this.#lose(new Error(`No response within ${longestWaitMs} ms.`));
        resolve(undefined);
      };
      // When it was this process that was busy, the answer is there and is read first.
      const timer = setTimeout(() => setImmediate(giveUp), longestWaitMs);
      this.buckets.take(bucket, request).then(
        (taken) => {
          answered = true;
          clearTimeout(timer);
          // One that comes too late says no more than that they were there.
          this.#away = false;
          resolve(taken);
        },
        (error: unknown) => {
          answered = true;
          clearTimeout(timer);
          this.#lose(error);
          resolve(undefined);
        },
      );
    });
  }

  #lose(error: unknown): void {
    this.#away = true;
    this.#nextLook = performance.now() + retryMs;
    this.observer.hintFailed('rate limits', error);
  }
}
