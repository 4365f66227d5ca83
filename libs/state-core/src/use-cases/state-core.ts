import { GroupCommit, type Written } from '../commit';
import { type Limits, defaultLimits } from '../panel';
import type { HistoryPage, PanelCache, PanelStore, UpdateBus } from '../ports';
import { announceChanges } from './announce-changes';
import { type CreatePanel, createPanel } from './create-panel';
import { type DeletePanel, deletePanel } from './delete-panel';
import type { HintObserver, ReadPorts, WritePorts } from './panel-ports';
import { type PatchPanel, patchPanel } from './patch-panel';
import { type ReadHistory, readHistory } from './read-history';
import { type PanelReading, type ReadPanel, cachedTip, readPanel } from './read-panel';
import { type ReplacePanel, replacePanel } from './replace-panel';

/** What stands behind the core. */
export interface StateCorePorts {
  readonly store: PanelStore;
  readonly cache: PanelCache;
  readonly bus: UpdateBus;
  readonly observer: HintObserver;
  readonly limits?: Limits;
}

/** The use cases of panels, put together: what a door calls. Every method is one use case, described there. */
export class StateCore {
  readonly #read: ReadPorts;
  readonly #write: WritePorts;

  constructor(ports: StateCorePorts) {
    this.#read = ports;
    const commit = new GroupCommit({
      store: ports.store,
      hint: (key) => cachedTip(key, ports),
      announce: (accepted) => announceChanges(accepted, ports),
    });
    this.#write = { commit, limits: ports.limits ?? defaultLimits };
  }

  readPanel(query: ReadPanel): Promise<PanelReading> {
    return readPanel(query, this.#read);
  }

  readHistory(query: ReadHistory): Promise<HistoryPage> {
    return readHistory(query, this.#read);
  }

  createPanel(command: CreatePanel): Promise<Written> {
    return createPanel(command, this.#write);
  }

  replacePanel(command: ReplacePanel): Promise<Written> {
    return replacePanel(command, this.#write);
  }

  patchPanel(command: PatchPanel): Promise<Written> {
    return patchPanel(command, this.#write);
  }

  deletePanel(command: DeletePanel): Promise<Written> {
    return deletePanel(command, this.#write);
  }
}
