import type { ProposalItem, ProposalPreview, ProposedChangeItem } from '@nexus-state/contracts';
import type { PlannedPanel, Proposal } from '@nexus-state/state-core';

/** A proposal as the API shows it. */
export function proposalItem(proposal: Proposal): ProposalItem {
  const { proposalId, title, reason, state, changes, origin, proposedAt } = proposal;
  const { expiresAt, closedBy, closedAt, comment } = proposal;
  const { turnId, provenance } = origin.about ?? {};
  const said = { expiresAt, turnId, closedBy, closedAt, comment, provenance };
  return {
    ...{
      proposalId,
      title,
      ...(reason === null ? {} : { reason }),
      state,
      changes: changes as unknown as ProposedChangeItem[],
    },
    ...{ proposedBy: origin.actor, triggeredBy: origin.triggeredBy, proposedAt },
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
  };
}

/** What a proposal comes to now, as the API shows it. */
export function previewOf(panels: readonly PlannedPanel[]): ProposalPreview {
  return {
    panels: panels.map(({ panelId, version, patch, conflicts }) => ({
      ...{ panelId, version, patch },
      conflicts: [...conflicts],
    })),
  };
}
