import type {
  TurnBegun,
  TurnChange,
  TurnCommitted,
  TurnItem,
  UnderneathChange,
  Undone as UndoneResponse,
} from '@nexus-state/contracts';
import type { HistoryEntry, Turn, TurnReport, Undone } from '@nexus-state/state-core';
import { patchOf } from '../panels/history-item';

/** A turn as the API shows it. */
export function turnItem({ description, panels, endedAt, ...turn }: Turn): TurnItem {
  return {
    ...turn,
    ...(description === null ? {} : { description }),
    ...(panels ? { panels } : {}),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

/** A turn that was begun, as the API shows it. */
export function turnBegun(turn: Turn & { readonly snapshotId: string | undefined }): TurnBegun {
  const { turnId, baseRevision, snapshotId, expiresAt } = turn;
  return { turnId, baseRevision, ...(snapshotId === undefined ? {} : { snapshotId }), expiresAt };
}

/** A turn that was committed, as the API shows it. */
export function turnCommitted(report: TurnReport & { readonly revision: number }): TurnCommitted {
  const { revision, changes, underneath } = report;
  return { revision, changes: changes.map(turnChange), underneath: underneath.map(underneathChange) };
}

/** A change of a turn as the API shows it. */
export function turnChange(change: HistoryEntry): TurnChange {
  const { key, version, revision } = change;
  return { panelId: key.panelId, version, revision, patch: patchOf(change) };
}

/** A change of others as the API shows it. */
export function underneathChange(change: HistoryEntry): UnderneathChange {
  const { key, version, actor, triggeredBy } = change;
  return { panelId: key.panelId, version, actor, triggeredBy, patch: patchOf(change) };
}

/** What taking back came to, as the API shows it. */
export function undoneResponse({ revision, undone, conflicts, preview }: Undone): UndoneResponse {
  return {
    ...(revision === undefined ? {} : { revision }),
    undone: [...undone],
    conflicts: [...conflicts],
    preview,
  };
}
