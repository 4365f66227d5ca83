import type { SnapshotItem } from '@nexus-state/contracts';
import type { Snapshot } from '@nexus-state/state-core';

/** A snapshot as responses show it. */
export function snapshotItem({ workspace: _, ...snapshot }: Snapshot): SnapshotItem {
  return snapshot;
}
