import type { WorkspaceKey } from './model';
import type { PanelStore } from './ports';
import type { UpdateBus } from '../ports';
import type { CoreObserver } from './core-observer';
import type { PanelCopies } from './copies';
import type { SnapshotTriggers } from '../snapshots';
import type { StoreOutage } from './store-outage';

/** Notified of errors that do not affect responses: hints that could not be published. */
export interface HintObserver {
  /**
   * A cached copy, an update or who is present could not be handed on, or rate limits not be shared; it is repaired
   * otherwise, or later.
   */
  hintFailed(hint: 'cache' | 'update' | 'presence' | 'rate limits', error: unknown): void;
}

/** What reading panels needs. */
export interface ReadPorts {
  readonly store: PanelStore;
  readonly copies: PanelCopies;
  readonly outage: StoreOutage;
}

/** What telling of accepted changes needs. */
export interface AnnouncePorts {
  readonly copies: PanelCopies;
  readonly bus: UpdateBus;
  readonly observer: CoreObserver;
  readonly triggers: Pick<SnapshotTriggers, 'changed'>;
  /** Where it is asked for vectors of what changes; nowhere, where it is not given. */
  readonly embeddings?: { changed(workspace: WorkspaceKey): void } | undefined;
}
