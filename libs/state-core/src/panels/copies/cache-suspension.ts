import { Unavailable } from '../../errors';
import type { CacheEpoch } from '../ports';
import { type Clock, suspensionMarginMs, suspensionMs, tillLeasesEnd } from './lease-times';

/** How suspensions reach the store. Both throw `Unavailable` when it does not answer. */
export interface SuspensionPorts {
  suspend(ms: number): Promise<CacheEpoch>;
  /** Asks the store for anything: that it answers is what counts. */
  confirm(): Promise<unknown>;
}

/** A suspension as this process knows it, in times of its own clock. */
interface Suspension {
  readonly epoch: string;
  /** Every other process knows of it from then on. */
  readonly from: number;
  /** It may be over from then on. */
  readonly until: number;
  readonly confirmed: boolean;
}

/** After so many attempts the store is too slow for a suspension to be in force before it is over. */
const attempts = 5;

/** The suspension of the trust in cached copies that one process asks for, renewed as long as it keeps asking. */
export class CacheSuspension {
  #suspension: Suspension | undefined;
  #renewing: Promise<void> | undefined;
  #confirming: Promise<void> | undefined;

  constructor(
    private readonly ports: SuspensionPorts,
    private readonly clock: Clock,
  ) {}

  /** Whether every process knows of a suspension, and it lasts. */
  get isInForce(): boolean {
    const now = this.clock.now();
    const { from, until, confirmed } = this.#suspension ?? { from: Infinity, until: 0, confirmed: false };
    return confirmed && from <= now && now < until;
  }

  /**
   * Returns once a suspension is in force. Only the first of many waits for the leases of others to end.
   * @throws Unavailable when the store does not answer, or too slowly
   */
  async enforce(): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (this.isInForce) {
        this.#renewEarly();
        return;
      }
      const suspension = this.#suspension;
      const now = this.clock.now();
      if (!suspension || now >= suspension.until || suspension.from >= suspension.until) await this.#renew();
      else if (now < suspension.from) await this.clock.sleep(suspension.from - now);
      else await this.#confirm(suspension);
    }
    if (!this.isInForce) throw new Unavailable('The database');
  }

  #renewEarly(): void {
    const { until } = this.#suspension as Suspension;
    // Where this fails, the next one who asks finds the suspension over, and waits for another.
    if (until - this.clock.now() < suspensionMs / 2) this.#renew().catch(() => undefined);
  }

  #renew(): Promise<void> {
    return (this.#renewing ??= this.#renewOnce().finally(() => (this.#renewing = undefined)));
  }

  async #renewOnce(): Promise<void> {
    const askedAt = this.clock.now();
    const { epoch } = await this.ports.suspend(suspensionMs);
    const until = askedAt + suspensionMs - suspensionMarginMs;
    // In the same epoch copies were suspended all the while.
    if (this.#suspension?.epoch === epoch) this.#suspension = { ...this.#suspension, until };
    else this.#suspension = { epoch, from: this.clock.now() + tillLeasesEnd, until, confirmed: false };
  }

  /**
   * That the store still answers shows that it has done so all the while, to the other processes too: they know that
   * copies are suspended, also where the store goes away now and they have to do without it.
   */
  #confirm(suspension: Suspension): Promise<void> {
    return (this.#confirming ??= this.ports
      .confirm()
      .then(() => {
        if (this.#suspension?.epoch === suspension.epoch)
          this.#suspension = { ...this.#suspension, confirmed: true };
      })
      .finally(() => (this.#confirming = undefined)));
  }
}
