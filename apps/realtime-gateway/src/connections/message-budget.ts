import { TooManyMessages } from './refusals';

/** How many seconds' worth of messages may come at once. */
const burstSeconds = 10;

/** What a connection may send: a token bucket that fills up steadily. */
export class MessageBudget {
  #left: number;
  #at: number;

  /** @param perSecond messages a second, on average */
  constructor(
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#left = perSecond * burstSeconds;
    this.#at = now();
  }

  /** Takes one message off the budget. @throws TooManyMessages when nothing is left */
  take(): void {
    const at = this.now();
    const most = this.perSecond * burstSeconds;
    this.#left = Math.min(most, this.#left + ((at - this.#at) / 1000) * this.perSecond) - 1;
    this.#at = at;
    if (this.#left < 0) throw new TooManyMessages(this.perSecond, Math.ceil(-this.#left / this.perSecond));
  }

  /** Whether the sender keeps on sending after refusals that asked it to wait. */
  get isOverdrawn(): boolean {
    return this.#left < -this.perSecond * burstSeconds;
  }
}
