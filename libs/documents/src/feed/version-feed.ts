/** Something that has a version: versions of one document grow by exactly 1. */
export interface Versioned {
  readonly version: number;
}

/** What is to be done after something was learnt. */
export interface FeedStep<C extends Versioned> {
  /** Changes whose turn it is, in version order: each version exactly once over the life of the feed. */
  readonly deliver: readonly C[];
  /**
   * Set when history is to be asked: read the changes after this version, and answer with `page`, or with `unanswered`
   * when that fails. Until then it is not asked for again.
   */
  readonly catchUpFrom?: number;
}

/** Hints held back at once while those before them are missing. What is let go comes from history. */
const maxHeld = 256;

/**
 * The order of one document's changes, made from hints that come in any order, twice or never, and from history.
 *
 * ```
 *             loaded(n)            hint n+1: deliver it
 *  ┌─────────┐        ┌────────────────────┐ ──┐
 *  │ unknown ├───────►│ live, at version n │   │  hint ≤ n: delivered before, dropped
 *  └─────────┘        └─┬────────────────▲─┘ ◄─┘
 *  hints are            │ hint > n+1,    │ page that closes the gap: deliver it and what was held after it
 *  held                 │ loaded(> n),   │ page that is empty: the hints were not true, or there was nothing new
 *                       │ check()        │
 *                     ┌─▼────────────────┴─┐ ──┐
 *                     │ behind: history    │   │  page that leaves a gap: deliver it, ask on from there
 *                     │ is asked           │ ◄─┘  hint n+1: deliver it; hint > n+1: held
 *                     └────────────────────┘      unanswered(): asked again by the next hint or check
 * ```
 *
 * A change is durable before it is published, so every version that a true hint names is in history already.
 */
export class VersionFeed<C extends Versioned> {
  #version: number | undefined;
  /** The newest version that was announced. */
  #newest = 0;
  /** The newest version announced when history was asked; undefined while it is not being asked. */
  #asked: number | undefined;
  readonly #held = new Map<number, C>();

  /** The version delivered last, or where the feed begins; undefined until that is known. */
  get version(): number | undefined {
    return this.#version;
  }

  /** Takes a published change. */
  hint(change: C): FeedStep<C> {
    if (this.#version !== undefined && change.version <= this.#version) return { deliver: [] };
    this.#newest = Math.max(this.#newest, change.version);
    this.#hold(change);
    return this.#advance([]);
  }

  /** Takes it that a change was published, which is to be asked for in history. @param version that it led to */
  hintAt(version: number): FeedStep<C> {
    if (this.#version !== undefined && version <= this.#version) return { deliver: [] };
    this.#newest = Math.max(this.#newest, version);
    return this.#advance([]);
  }

  /** Takes it that the panel has reached a version: where the feed begins, later what it catches up with. */
  loaded(version: number): FeedStep<C> {
    this.#version ??= version;
    this.#newest = Math.max(this.#newest, version);
    return this.#advance([]);
  }

  /** Asks history whether something was missed, unless it is being asked already. */
  check(): FeedStep<C> {
    return this.#version === undefined ? { deliver: [] } : this.#ask([]);
  }

  /**
   * Takes the answer of history.
   * @param changes those after the version asked for, oldest first, without gaps; empty when there are none
   */
  page(changes: readonly C[]): FeedStep<C> {
    const asked = this.#asked;
    this.#asked = undefined;
    const deliver: C[] = [];
    for (const change of changes) {
      if (this.#version === undefined || change.version !== this.#version + 1) continue;
      this.#version = change.version;
      deliver.push(change);
    }
    // A version that was announced before history was asked, and is not there, never happened.
    if (changes.length === 0 && this.#newest === asked) this.#forgetHints();
    this.#newest = Math.max(this.#newest, this.#version ?? 0);
    return this.#advance(deliver);
  }

  /** Takes it that history could not be asked. */
  unanswered(): void {
    this.#asked = undefined;
  }

  #advance(deliver: C[]): FeedStep<C> {
    if (this.#version === undefined) return { deliver };
    for (const version of this.#held.keys()) if (version <= this.#version) this.#held.delete(version);
    for (let next = this.#held.get(this.#version + 1); next; next = this.#held.get(this.#version + 1)) {
      this.#held.delete(next.version);
      this.#version = next.version;
      deliver.push(next);
    }
    return this.#version < this.#newest ? this.#ask(deliver) : { deliver };
  }

  #ask(deliver: readonly C[]): FeedStep<C> {
    if (this.#asked !== undefined || this.#version === undefined) return { deliver };
    this.#asked = this.#newest;
    return { deliver, catchUpFrom: this.#version };
  }

  #hold(change: C): void {
    this.#held.set(change.version, change);
    // The farthest ahead is let go: the nearest are needed first.
    if (this.#held.size > maxHeld) this.#held.delete(Math.max(...this.#held.keys()));
  }

  #forgetHints(): void {
    this.#held.clear();
    this.#newest = this.#version ?? 0;
  }
}
