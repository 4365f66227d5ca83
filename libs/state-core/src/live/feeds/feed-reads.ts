import { Semaphore } from '../../concurrency';
import type { Change, Panel, PanelKey, WorkspaceKey } from '../../panels/model';
import type { PanelHead, PanelHeads, PanelStore } from '../../panels/ports';

/** Changes in one page of history. */
export const pageSize = 100;
/** Panels in one page of versions. */
const headsSize = 1000;
/** Reads at once, so that a thousand reconnecting subscribers leave connections to others. */
const maxReads = 8;

/** Returned by `ifWanted` in place of what was not read. */
export const unwanted = Symbol('unwanted');

/** What feeds read from the store: a few reads at a time, the others wait. All of them throw `Unavailable`. */
export class FeedReads {
  readonly #permits = new Semaphore(maxReads);

  constructor(private readonly store: PanelStore & PanelHeads) {}

  /** See `PanelStore.read`. */
  panel(key: PanelKey): Promise<Panel | undefined> {
    return this.#permits.run(() => this.store.read(key));
  }

  /** A page of the changes after a version, oldest first; empty when there are none. */
  changesSince(key: PanelKey, version: number): Promise<readonly Change[]> {
    return this.#permits.run(() => this.store.changesSince(key, version, pageSize));
  }

  /**
   * Reads something unless it is not wanted any longer.
   * @param isWanted asked when the read can begin
   */
  ifWanted<T>(
    isWanted: () => boolean,
    read: (store: PanelStore) => Promise<T>,
  ): Promise<T | typeof unwanted> {
    return this.#permits.run(async () => (isWanted() ? read(this.store) : unwanted));
  }

  /** The version of every panel of a workspace, deleted ones included. */
  async *heads(workspace: WorkspaceKey): AsyncGenerator<PanelHead> {
    let after: string | undefined;
    do {
      const page: readonly PanelHead[] = await this.#permits.run(() =>
        this.store.heads(workspace, { limit: headsSize, after }),
      );
      yield* page;
      after = page.length < headsSize ? undefined : page.at(-1)?.panelId;
    } while (after !== undefined);
  }
}
