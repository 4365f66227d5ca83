import {
  type Append,
  type AppendOutcome,
  type Companion,
  proposalHeld,
  proposalOf,
} from '@nexus-state/state-core';
import { approveProposal, openProposal } from './proposal-store';
import type { Run } from './query';
import { abortTurn } from './turn-store';

/** In: $1, $2 the workspace, $3 the turn. Out: how many changes it has. */
const countStatement = {
  name: 'count-changes-of-turn',
  text: `
    SELECT count(*)::integer AS count FROM state_history
    WHERE owner = $1 AND workspace_id = $2 AND about IS NOT NULL AND about->>'turnId' = $3`,
};

/**
 * Does what happens beside changes, before they are written.
 * @returns why nothing may happen, where that is so; then the transaction is to be rolled back
 */
export async function accompany(
  run: Run,
  companion: Companion | undefined,
): Promise<AppendOutcome | undefined> {
  if (!companion) return undefined;
  if (companion.kind === 'approve-proposal')
    return (await approveProposal(run, companion)) ? undefined : { outcome: 'proposal-closed' };
  const { workspace, turnId, changes, heldBack } = companion;
  const { owner, workspaceId } = workspace;
  // Waits for the writes of the turn that are under way; afterwards there can be no other.
  if (!(await abortTurn(run, { owner, workspaceId, turnId }))) return { outcome: 'turn-ended' };
  const [counted] = await run<{ count: number }>(countStatement, [owner, workspaceId, turnId]);
  if (counted?.count !== changes) return { outcome: 'version-mismatch' };
  if (heldBack) await openProposal(run, workspace, proposalHeld(heldBack));
  return undefined;
}

/** Opens proposals of what changes leave out, in their transaction. */
export async function proposeLeftOut(run: Run, written: readonly Append[]): Promise<void> {
  for (const { key, leftOut = [] } of written)
    for (const one of leftOut) await openProposal(run, key, proposalOf(key.panelId, one));
}
