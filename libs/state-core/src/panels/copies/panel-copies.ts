import { type Panel, type PanelKey, panelDocument } from '../model';
import type { CachedPanel, PanelCache } from '../ports';
import type { CoreObserver } from '../core-observer';
import type { CacheLease, CopyTrust } from './cache-lease';

/** How long a copy is taken for the newest version without asking the store again. */
const trustedMs = 10_000;

/** What the cache has of a panel: a copy to be taken as it is, one to be held against the store first, or none. */
export type FoundCopy =
  | { readonly found: 'fresh' | 'stale'; readonly copy: CachedPanel }
  | { readonly found: 'miss' | 'unavailable' };

/** The epoch that a copy belongs to; taken before the store is asked for what the copy holds. */
export type CopyEpoch = string;

/**
 * The cached copies of panels. A copy is renewed before the change it shows is acknowledged. Where that fails, the trust
 * in all copies is suspended before the change is acknowledged (`CacheLease`). Where the process dies before it, nothing
 * was acknowledged, and the copy is only trusted for ten seconds, and then held against the store.
 */
export class PanelCopies {
  constructor(
    private readonly cache: PanelCache,
    private readonly lease: CacheLease,
    private readonly observer: CoreObserver,
    private readonly now: () => number = Date.now,
  ) {}

  /** What the cache has of a panel. Never fails. */
  async read(key: PanelKey): Promise<FoundCopy> {
    const found = await this.#find(key);
    this.observer.cacheAsked?.(found.found);
    return found;
  }

  /**
   * To be called before the store is asked for a panel, or given a change of it, that `fill` or `renew` put in
   * afterwards: a copy of what the store had earlier must not count as one of a later epoch.
   */
  begin(): CopyEpoch {
    const trust = this.lease.trust;
    return trust?.copies === 'trusted' ? trust.epoch : '';
  }

  /** Puts a panel in as the store has given it. Never fails: what cannot be put in now is read from the store again. */
  async fill(panel: Panel, epoch: CopyEpoch): Promise<void> {
    await this.#put(panel, epoch);
  }

  /**
   * Puts a panel in as the store has accepted it. Once this returns, no process answers with an older version.
   * @throws Unavailable when neither the cache can be renewed nor the trust in it be suspended
   */
  async renew(panel: Panel, epoch: CopyEpoch): Promise<void> {
    const put = this.#put(panel, epoch);
    if (this.lease.isSuspended) {
      // No copy is read anyway. Whether the suspension is to go on, is seen when the cache has answered.
      const goOn = async () => (await put) ?? (await this.lease.suspend());
      goOn().catch(() => undefined);
      return;
    }
    const server = await put;
    if (!(await this.lease.covers(server))) await this.lease.suspend();
  }

  /**
   * Sees to it that no process answers with an older copy of panels that have changed and could not be renewed.
   * @throws Unavailable when the store does not take it
   */
  distrust(): Promise<void> {
    return this.lease.suspend();
  }

  /** Puts a panel in; gives the server that has taken it, undefined where that is not certain. */
  async #put(panel: Panel, epoch: CopyEpoch): Promise<string | undefined> {
    const { key, version, deleted } = panel;
    const document = deleted ? undefined : panelDocument(panel);
    const { server } = this.cache;
    try {
      await this.cache.write(key, { version, checkedAt: this.now(), epoch, document });
      return this.cache.server === server ? server : undefined;
    } catch (error) {
      this.observer.hintFailed('cache', error);
      return undefined;
    }
  }

  async #find(key: PanelKey): Promise<FoundCopy> {
    const trust = this.lease.trust ?? (await this.lease.take());
    if (trust.copies === 'suspended' && this.cache.server !== undefined) return { found: 'unavailable' };
    try {
      const copy = await this.cache.read(key);
      if (!copy || !this.#belongs(copy, trust)) return { found: 'miss' };
      const trusted = trust.copies === 'trusted' && this.now() - copy.checkedAt < trustedMs;
      return { found: trusted ? 'fresh' : 'stale', copy };
    } catch (error) {
      this.observer.hintFailed('cache', error);
      return { found: 'unavailable' };
    }
  }

  #belongs({ epoch }: CachedPanel, trust: CopyTrust): boolean {
    if (trust.copies === 'suspended' || trust.epoch === undefined) return false;
    return epoch === trust.epoch && this.cache.server === trust.server;
  }
}
