import type { ProposalOpened, ProposeRequest } from '@nexus-state/contracts';
import type { Principal } from '@nexus-state/nest-kit';
import { type OpenWorkspace, PanelNotFound, type StateCore } from '@nexus-state/state-core';
import { type SaidOrigin, originOf } from '../panels/origin-of';
import { readChanges } from './read-changes';

/** What is proposed, and who is behind it. */
type Proposed = Pick<ProposeRequest, 'title' | 'reason' | 'changes' | 'expiresInSeconds'> & SaidOrigin;

/**
 * Opens a proposal for a caller who may write in the workspace.
 * @throws PanelNotFound for a panel that the caller does not reach; what `readChanges`, `Turns.admit` and `Proposals.propose` do
 */
export async function openProposal(
  core: StateCore,
  caller: Principal,
  { owner, workspaceId }: OpenWorkspace,
  proposed: Proposed,
): Promise<ProposalOpened> {
  const { title, reason, expiresInSeconds, turnId } = proposed;
  const changes = readChanges(proposed.changes, core.limits);
  const hidden = changes.find(({ panelId }) => !caller.paths.reachesPanel(workspaceId, panelId));
  if (hidden) throw new PanelNotFound(hidden.panelId);
  const origin = originOf(caller, proposed);
  const panelIds = changes.map(({ panelId }) => panelId);
  if (turnId !== undefined) await core.turns.admit({ owner, workspaceId }, turnId, panelIds);
  const { proposalId } = await core.proposals.propose({
    ...{ workspace: { owner, workspaceId }, title, reason, changes, origin, expiresInSeconds },
  });
  return { proposalId, state: 'open' };
}
