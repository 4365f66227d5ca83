import type { GroupCommit } from '../commit';
import type { Limits } from '../panel';
import type { PanelCache, PanelStore, UpdateBus } from '../ports';

/** Told of what goes wrong behind answers that are right all the same: hints that could not be given. */
export interface HintObserver {
  /** A cached copy or an update could not be handed on; readers and subscribers are repaired otherwise. */
  hintFailed(hint: 'cache' | 'update', error: unknown): void;
}

/** What reading panels needs. */
export interface ReadPorts {
  readonly store: PanelStore;
  readonly cache: PanelCache;
  readonly observer: HintObserver;
}

/** What changing panels needs. */
export interface WritePorts {
  readonly commit: GroupCommit;
  readonly limits: Limits;
}

/** What telling of accepted changes needs. */
export interface AnnouncePorts {
  readonly cache: PanelCache;
  readonly bus: UpdateBus;
  readonly observer: HintObserver;
}
