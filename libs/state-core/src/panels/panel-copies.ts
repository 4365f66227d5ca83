import { type Panel, type PanelKey, panelDocument, panelKeyText } from './model';
import type { CachedPanel, PanelCache } from './ports';
import type { CoreObserver } from './core-observer';

/** How long a copy is taken for the newest version without asking the store again. */
const trustedMs = 10_000;
const repairPauseMs = 250;
const mostRepairs = 10_000;

/** What the cache has of a panel: a copy to be taken as it is, one to be held against the store first, or none. */
export type FoundCopy =
  | { readonly found: 'trusted' | 'doubtful'; readonly copy: CachedPanel }
  | { readonly found: 'nothing' | 'no answer' };

/**
 * The cached copies of panels, and what keeps them from being wrong for long. A copy is renewed before the change it
 * shows is acknowledged. Where that fails, because the cache is away, it is tried until it succeeds; where the process
 * dies before it, the copy is only trusted for ten seconds, and then held against the store.
 */
export class PanelCopies {
  readonly #repairs = new Map<string, { readonly key: PanelKey; readonly copy: CachedPanel }>();
  #repairing = false;

  constructor(
    private readonly cache: PanelCache,
    private readonly observer: CoreObserver,
    private readonly now: () => number = Date.now,
  ) {}

  /** What the cache has of a panel. Never fails. */
  async read(key: PanelKey): Promise<FoundCopy> {
    const found = await this.#find(key);
    this.observer.cacheAsked?.(found.found);
    return found;
  }

  /** Puts a panel in, as the store has just given or accepted it. Never fails: what cannot be put in now is later. */
  async write(panel: Panel): Promise<CachedPanel> {
    const { key, version, deleted } = panel;
    const copy = { version, checkedAt: this.now(), document: deleted ? undefined : panelDocument(panel) };
    try {
      await this.cache.write(key, copy);
    } catch (error) {
      this.observer.hintFailed('cache', error);
      if (this.#repairs.size < mostRepairs) this.#repairs.set(panelKeyText(key), { key, copy });
      void this.#repair();
    }
    return copy;
  }

  async #find(key: PanelKey): Promise<FoundCopy> {
    try {
      const copy = await this.cache.read(key);
      if (!copy) return { found: 'nothing' };
      return { found: this.now() - copy.checkedAt < trustedMs ? 'trusted' : 'doubtful', copy };
    } catch (error) {
      this.observer.hintFailed('cache', error);
      return { found: 'no answer' };
    }
  }

  async #repair(): Promise<void> {
    if (this.#repairing) return;
    this.#repairing = true;
    while (this.#repairs.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, repairPauseMs).unref());
      for (const [text, { key, copy }] of this.#repairs) {
        try {
          await this.cache.write(key, copy);
        } catch {
          break;
        }
        if (this.#repairs.get(text)?.copy === copy) this.#repairs.delete(text);
      }
    }
    this.#repairing = false;
  }
}
