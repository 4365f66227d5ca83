import { Turns } from '../../concurrency';
import type { Change, Panel, PanelKey, WorkspaceKey } from '../../panels/model';
import type { PanelHead, PanelHeads, PanelStore } from '../../panels/ports';
import type { UpdateBus } from '../../ports';
import type { CoreObserver } from '../../panels';

/** What feeds are made from. */
export interface FeedPorts {
  readonly store: PanelStore & PanelHeads;
  readonly bus: UpdateBus;
  /** Told when the store or the bus could not be asked; it is asked again by the next sweep. */
  readonly observer: CoreObserver;
}

/** Changes read from history at once. */
const pageSize = 100;
/** Panels compared at once. */
const headsSize = 1000;
/** Reads at once, so that a thousand reconnecting subscribers leave connections to others. */
const mostReads = 8;

/** In place of what was read, when it was no longer wanted once its turn had come. */
export const unwanted = Symbol('unwanted');

/** What feeds read from the store: never more than a few reads at a time, the others wait in line. */
export class FeedReads {
  readonly #turns = new Turns(mostReads);

  constructor(private readonly store: PanelStore & PanelHeads) {}

  /**
   * See `PanelStore.read`.
   * @param wanted asked when its turn has come
   */
  panel(key: PanelKey): Promise<Panel | undefined>;
  panel(key: PanelKey, wanted: () => boolean): Promise<Panel | undefined | typeof unwanted>;
  panel(key: PanelKey, wanted = always): Promise<Panel | undefined | typeof unwanted> {
    return this.#turns.take(async () => (wanted() ? this.store.read(key) : unwanted));
  }

  /**
   * A page of the changes after a version, oldest first; empty when there are none.
   * @param wanted asked when its turn has come
   */
  changesSince(key: PanelKey, version: number): Promise<readonly Change[]>;
  changesSince(
    key: PanelKey,
    version: number,
    wanted: () => boolean,
  ): Promise<readonly Change[] | typeof unwanted>;
  changesSince(
    key: PanelKey,
    version: number,
    wanted = always,
  ): Promise<readonly Change[] | typeof unwanted> {
    return this.#turns.take(async () =>
      wanted() ? this.store.changesSince(key, version, pageSize) : unwanted,
    );
  }

  /** How far every panel of a workspace is, deleted ones included. */
  async *heads(workspace: WorkspaceKey): AsyncGenerator<PanelHead> {
    let after: string | undefined;
    do {
      const page: readonly PanelHead[] = await this.#turns.take(() =>
        this.store.heads(workspace, { limit: headsSize, after }),
      );
      yield* page;
      after = page.length < headsSize ? undefined : page.at(-1)?.panelId;
    } while (after !== undefined);
  }
}

const always = () => true;
