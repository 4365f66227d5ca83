import { MemoryCacheEpochs, MemoryPanelCache } from '../memory';
import { type Panel, type PanelKey, defaultLimits, stateContent } from '../panels/model';
import type { PanelCache } from '../panels/ports';
import { CacheLease, PanelCopies } from '../panels/copies';
import { StoreOutage } from '../panels/store-outage';

const observer = { hintFailed: () => undefined };

/** The cached copies of one process over a cache that always responds. @param now the clock for the age of copies */
export function someCopies(cache: PanelCache = new MemoryPanelCache(), now?: () => number): PanelCopies {
  const lease = new CacheLease(new MemoryCacheEpochs(), cache, { observer, outage: new StoreOutage() });
  return new PanelCopies(cache, lease, observer, now);
}

/** A panel at a version; its state holds the version. */
export function aPanelAt(key: PanelKey, version: number, deleted = false): Panel {
  return {
    ...stateContent({ version }, defaultLimits),
    key,
    version,
    deleted,
    updatedAt: '2025-01-01T00:00:00.000Z',
  };
}
