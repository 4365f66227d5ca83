import type { ManifestPanel } from './manifest';
import type { RestoreMode } from '../../workspaces';

/** A panel as it is before a restore. */
interface PresentPanel {
  readonly checksum: string;
  readonly deleted: boolean;
}

/** What a restore changes, by panel id. */
export interface RestorePlan {
  /** Those that hold something else, or are not there. */
  readonly restored: readonly string[];
  /** Those that the snapshot does not hold. */
  readonly deleted: readonly string[];
  /** Those that hold already what the snapshot holds. */
  readonly unchanged: readonly string[];
}

/**
 * What has to change so that a workspace holds what a snapshot holds.
 * @param snapshot the panels of the snapshot, by id
 * @param present the panels of the workspace, deleted ones included, by id
 */
export function restorePlan(
  snapshot: ReadonlyMap<string, Pick<ManifestPanel, 'checksum'>>,
  present: ReadonlyMap<string, PresentPanel>,
  mode: RestoreMode,
): RestorePlan {
  const isUnchanged = (id: string) => {
    const panel = present.get(id);
    return panel?.deleted === false && panel.checksum === snapshot.get(id)?.checksum;
  };
  const ids = [...snapshot.keys()].sort();
  const made = [...present].filter(([id, { deleted }]) => !deleted && !snapshot.has(id)).map(([id]) => id);
  return {
    restored: ids.filter((id) => !isUnchanged(id)),
    deleted: mode === 'exact' ? made.sort() : [],
    unchanged: ids.filter(isUnchanged),
  };
}
