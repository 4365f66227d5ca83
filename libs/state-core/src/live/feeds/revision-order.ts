/** Something that made a revision of its workspace, alone. */
interface Revised {
  readonly revision: number;
}

/** What is to be done after something was learnt. */
export interface OrderStep<C extends Revised> {
  /** Changes whose turn it is, in the order of their revisions: each exactly once. */
  readonly deliver: readonly C[];
  /**
   * Set where revisions are missing: `soon`, where they may yet be published; `now`, where only history has them. Then history is
   * to be read (`startReading`).
   */
  readonly missing?: 'soon' | 'now';
}

/** Changes held back at once while revisions before them are missing. What is let go comes from history. */
const maxHeld = 256;

/**
 * The order of a workspace's revisions, made from hints that come in any order, twice or never. While history is being read,
 * nothing else is delivered.
 *
 * ```
 *             begin(n)            hint n+1: deliver it, and what was held behind it
 *  ┌─────────┐        ┌────────────────────┐ ──┐
 *  │ unknown ├───────►│ at revision n      │ ◄─┘  hint ≤ n: dropped; hint > n+1: held, n+1 is missing
 *  └─────────┘        └─┬────────────────▲─┘
 *                       │ startReading() │ hasRead(m): at m, and what was held behind it is delivered
 *                     ┌─▼────────────────┴─┐
 *                     │ reading            │  hint > n: held
 *                     └────────────────────┘
 * ```
 */
export class RevisionOrder<C extends Revised> {
  #revision: number | undefined;
  /** The newest revision that was announced. */
  #newest = 0;
  /** The newest one announced when reading began; undefined while nothing is read. */
  #readingFor: number | undefined;
  readonly #held = new Map<number, C>();

  /** Everything up to here was delivered; undefined until it is known where to begin. */
  get revision(): number | undefined {
    return this.#revision;
  }

  /** Whether history is being read. */
  get isReading(): boolean {
    return this.#readingFor !== undefined;
  }

  /** Begins at a revision; once. */
  begin(revision: number): OrderStep<C> {
    this.#revision ??= revision;
    return this.#advance();
  }

  /** Takes a published change that made its revision alone. */
  hint(change: C): OrderStep<C> {
    if (this.#isPast(change.revision)) return { deliver: [] };
    this.#newest = Math.max(this.#newest, change.revision);
    this.#held.set(change.revision, change);
    // The farthest ahead is let go: the nearest are needed first.
    if (this.#held.size > maxHeld) this.#held.delete(Math.max(...this.#held.keys()));
    return this.#advance();
  }

  /** Takes it that a revision was reached whose changes are to be read in history. */
  hintAt(revision: number): OrderStep<C> {
    if (this.#isPast(revision)) return { deliver: [] };
    this.#newest = Math.max(this.#newest, revision);
    const step = this.#advance();
    return step.missing && this.#revision === revision - 1 ? { ...step, missing: 'now' } : step;
  }

  /** Begins to read history, unless it is being read or nothing is missing. @returns whether it is to be read now */
  startReading(): boolean {
    if (this.isReading || this.#revision === undefined || this.#newest <= this.#revision) return false;
    this.#readingFor = this.#newest;
    return true;
  }

  /**
   * Takes it that history was read, and all that it had was delivered.
   * @param revision up to which it is complete
   */
  hasRead(revision: number): OrderStep<C> {
    const announced = this.#readingFor;
    this.#readingFor = undefined;
    const isFurther = revision > (this.#revision ?? 0);
    this.#revision = Math.max(this.#revision ?? 0, revision);
    // A revision that was announced before history was read, and is not there, never happened.
    if (!isFurther && this.#newest === announced) {
      this.#held.clear();
      this.#newest = this.#revision;
    }
    return this.#advance();
  }

  /** Takes it that history could not be read further than to a revision. */
  couldNotRead(revision: number): void {
    this.#readingFor = undefined;
    this.#revision = Math.max(this.#revision ?? 0, revision);
  }

  #isPast(revision: number): boolean {
    return this.#revision !== undefined && revision <= this.#revision;
  }

  #advance(): OrderStep<C> {
    const deliver: C[] = [];
    if (this.#revision === undefined || this.isReading) return { deliver };
    for (const revision of this.#held.keys()) if (this.#isPast(revision)) this.#held.delete(revision);
    for (let next = this.#held.get(this.#revision + 1); next; next = this.#held.get(this.#revision + 1)) {
      this.#held.delete(next.revision);
      this.#revision = next.revision;
      deliver.push(next);
    }
    return this.#newest > this.#revision ? { deliver, missing: 'soon' } : { deliver };
  }
}
