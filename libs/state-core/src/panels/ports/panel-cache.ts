import type { KeptText, PanelKey } from '../model';

/** A panel as it is cached: the text its readers get, or the mark that it is deleted. */
export interface CachedPanel {
  readonly version: number;
  /** The panel's document (`panelDocument`); undefined when the panel is deleted at this version. */
  readonly document: KeptText | undefined;
  /** When the store was known to have no newer version: milliseconds since 1970. */
  readonly checkedAt: number;
  /** The epoch in which the store had this version (`CacheEpoch.epoch`); empty when that is not known. */
  readonly epoch: string;
}

/** A panel as it is put in. */
export interface NewCopy extends CachedPanel {
  readonly document: string | undefined;
}

/**
 * Copies of panels close at hand. Only a hint: callers that must be right ask the store.
 * Methods throw `Unavailable` when the cache cannot be reached or does not answer in time. A write that failed may still
 * be carried out later.
 */
export interface PanelCache {
  /**
   * Names the running server that answers at the moment, the same in every process; undefined while none does. It has
   * another name after every restart and every failover, when copies may be older than those that were written last.
   */
  readonly server: string | undefined;

  /** The newest copy that was put in, or undefined. */
  read(key: PanelKey): Promise<CachedPanel | undefined>;

  /** Keeps a copy, unless a newer version is there already: a slow writer never brings an old one back. It may compress the document. */
  write(key: PanelKey, panel: NewCopy): Promise<void>;
}
