import { StateError } from '@nexus-state/documents';
import type { CacheEpoch, CacheEpochs, PanelCache } from '../ports';
import { CacheSuspension } from './cache-suspension';
import type { HintObserver } from '../panel-ports';
import type { StoreOutage } from '../store-outage';
import { type Clock, leaseMs, systemClock, tillLeasesEnd } from './lease-times';

/** What a process may do with cached copies at the moment. */
export type CopyTrust =
  /** Copies of this epoch, on this server, are trusted. */
  | { readonly copies: 'trusted'; readonly epoch: string; readonly server: string }
  /** No copy is trusted: trust is suspended, or this process reaches another server than the others. */
  | { readonly copies: 'suspended' }
  /** The store does not answer. The epoch and the server are those that were known last, where copies were trusted then. */
  | { readonly copies: 'unconfirmed'; readonly epoch?: string; readonly server?: string };

/** How long a process stays with a server that the others do not use before it asks them to come along. */
const moveAgainMs = 10_000;

interface Known {
  readonly state: CacheEpoch;
  /** The agreement was like this then or later. */
  readonly askedAt: number;
  /** No process is left then that takes another server for the recorded one. */
  readonly settledAt: number;
}

/**
 * The lease of one process on the cached copies. A process trusts copies only for a second after it has last asked the
 * store what all processes agree on, and asks twice a second. A writer that could not renew a copy suspends the trust in
 * all copies, and waits until every lease from before has ended: from then on no process reads the old copy.
 */
export class CacheLease {
  readonly #suspension: CacheSuspension;
  #known: Known | undefined;
  #asking: Promise<void> | undefined;
  #storeAway = false;
  #closed = false;
  #agreed: { readonly server: string; readonly at: number } | undefined;

  /** @param told the store's silence is noted in `outage`, and other errors go to `observer` */
  constructor(
    private readonly epochs: CacheEpochs,
    private readonly cache: Pick<PanelCache, 'server'>,
    private readonly told: { readonly observer: HintObserver; readonly outage: StoreOutage },
    private readonly clock: Clock = systemClock,
  ) {
    this.#suspension = new CacheSuspension(
      {
        suspend: async (ms) => {
          const askedAt = this.clock.now();
          const state = await this.epochs.suspend(ms);
          this.#learn(state, askedAt);
          return state;
        },
        confirm: () => this.epochs.read(),
      },
      clock,
    );
  }

  /** Keeps the lease until `close`, so that it is there for the next read. */
  async keep(): Promise<void> {
    while (!this.#closed) {
      await this.#ask();
      await this.clock.sleep(leaseMs / 2);
    }
  }

  /** Ends `keep`. */
  close(): void {
    this.#closed = true;
  }

  /** What may be done with copies, as far as it is known without asking; undefined when the lease has ended. */
  get trust(): CopyTrust | undefined {
    const known = this.#valid;
    return known && trustOf(known.state, this.cache.server);
  }

  /** What may be done with copies. Asks the store where the lease has ended; does not wait for a store that is away. */
  async take(): Promise<CopyTrust> {
    // A question that is under way may be too old when it is answered.
    for (let attempt = 0; attempt < 2; attempt++) {
      const trust = this.trust;
      if (trust && !this.#mayMove) return trust;
      const asking = this.#ask();
      if (this.#storeAway) break;
      await asking;
    }
    return this.trust ?? this.#unconfirmed;
  }

  /**
   * Whether a copy that was written to a server just now is seen by every reader: this is the server that all processes
   * use. May wait until no process is left that uses another one.
   */
  async covers(server: string | undefined): Promise<boolean> {
    for (;;) {
      const { copies } = await this.take();
      const known = this.#valid;
      if (copies === 'unconfirmed' || !known) return false;
      if (server === undefined || known.state.server !== server || this.cache.server !== server) return false;
      const early = known.settledAt - this.clock.now();
      if (early <= 0) return true;
      await this.clock.sleep(early);
    }
  }

  /** Whether this process has suspended the trust in copies, and every other process knows. */
  get isSuspended(): boolean {
    return this.#suspension.isInForce;
  }

  /**
   * Suspends the trust in copies in every process; once this returns, no copy from before is read any more.
   * @throws Unavailable when the store does not take it
   */
  suspend(): Promise<void> {
    return this.#suspension.enforce();
  }

  get #valid(): Known | undefined {
    const known = this.#known;
    return known && this.clock.now() < known.askedAt + leaseMs ? known : undefined;
  }

  get #unconfirmed(): CopyTrust {
    const trust = this.#known && trustOf(this.#known.state, this.cache.server);
    return trust?.copies === 'trusted' ? { ...trust, copies: 'unconfirmed' } : { copies: 'unconfirmed' };
  }

  #ask(): Promise<void> {
    return (this.#asking ??= this.#askOnce().finally(() => (this.#asking = undefined)));
  }

  async #askOnce(): Promise<void> {
    try {
      const askedAt = this.clock.now();
      this.#learn(await this.epochs.read(), askedAt);
      const { server } = this.cache;
      if (server !== undefined && this.#mayMove) {
        const movedAt = this.clock.now();
        this.#agreed = { server, at: movedAt };
        this.#learn(await this.epochs.moveTo(server, tillLeasesEnd), movedAt);
      }
      this.#storeAway = false;
      this.told.outage.over();
    } catch (error) {
      this.#storeAway = true;
      if (error instanceof StateError) this.told.outage.noticed();
      else this.told.observer.hintFailed('cache', error);
    }
  }

  /**
   * Whether the recorded server is to be replaced by the one that this process reaches. One that keeps the server which
   * it had agreed on does not do so at once: where others have moved on, it is likely to follow them soon.
   */
  get #mayMove(): boolean {
    const { server } = this.cache;
    if (server === undefined || server === this.#known?.state.server) return false;
    return this.#agreed?.server !== server || this.clock.now() >= this.#agreed.at + moveAgainMs;
  }

  #learn(state: CacheEpoch, askedAt: number): void {
    if (this.#known && askedAt < this.#known.askedAt) return;
    const now = this.clock.now();
    this.#known = { state, askedAt, settledAt: now + tillLeasesEnd - state.serverForMs };
    if (state.server !== undefined && state.server === this.cache.server)
      this.#agreed = { server: state.server, at: now };
  }
}

function trustOf(state: CacheEpoch, reached: string | undefined): CopyTrust {
  const { epoch, server, suspendedForMs } = state;
  if (suspendedForMs > 0 || server === undefined || server !== reached) return { copies: 'suspended' };
  return { copies: 'trusted', epoch, server };
}
