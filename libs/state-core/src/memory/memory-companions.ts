import type { AppendOutcome, Companion, WorkspaceKey } from '../panels/model';
import type { HistoryEntry } from '../panels/ports';
import { proposalHeld } from '../proposals/model';
import type { MemoryProposalStore } from './memory-proposal-store';
import type { MemoryTurnStore } from './memory-turn-store';

/** What companions of changes concern. */
interface Stores {
  readonly turns: MemoryTurnStore;
  readonly proposals: MemoryProposalStore;
  changesIn(workspace: WorkspaceKey): readonly HistoryEntry[];
}

/** Why nothing may happen; undefined where it may. */
export function refusalOf(companion: Companion, stores: Stores): AppendOutcome | undefined {
  const { turns, proposals } = stores;
  const { workspace } = companion;
  if (companion.kind === 'approve-proposal')
    return proposals.isOpen(workspace, companion.proposalId) ? undefined : { outcome: 'proposal-closed' };
  const { turnId, changes } = companion;
  if (!turns.isOpen(workspace, turnId)) return { outcome: 'turn-ended' };
  const made = stores.changesIn(workspace).filter(({ about }) => about?.turnId === turnId).length;
  return made === changes ? undefined : { outcome: 'version-mismatch' };
}

/** Does what happens beside changes. */
export function accompany(companion: Companion, { turns, proposals }: Stores): void {
  if (companion.kind === 'approve-proposal') return proposals.approve(companion);
  const { workspace, turnId, heldBack } = companion;
  turns.end({ ...workspace, turnId }, 'aborted');
  if (heldBack) proposals.keep(workspace, proposalHeld(heldBack));
}
