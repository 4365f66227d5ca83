/** How something that is read is kept up to date with a panel. */
export interface Freshness<S> {
  /** Tells of versions of the panel; the function that it returns ends that. */
  follow(onVersion: (version: number) => void): () => void;
  /** The version that a snapshot knows of; undefined where it knows of none. */
  versionOf(snapshot: S): number | undefined;
}

/** What a watch looks at. */
interface Watched<S> {
  readonly snapshot: S & { readonly loading: boolean };
  refresh(): Promise<void>;
}

/** Reads again when a panel has a version that what was read does not know of: once for each version. */
export class VersionWatch<S> {
  #newest: number | undefined;
  readonly #unfollow: () => void;

  constructor(
    private readonly watched: Watched<S>,
    private readonly freshness: Freshness<S>,
  ) {
    this.#unfollow = freshness.follow((version) => {
      this.#newest = version;
      this.check();
    });
  }

  /** Looks whether it is to be read again; to be called whenever something was read. */
  check(): void {
    const { snapshot } = this.watched;
    if (this.#newest === undefined || snapshot.loading) return;
    const isOld = (this.freshness.versionOf(snapshot) ?? 0) < this.#newest;
    this.#newest = undefined;
    if (isOld) void this.watched.refresh();
  }

  stop(): void {
    this.#unfollow();
  }
}
