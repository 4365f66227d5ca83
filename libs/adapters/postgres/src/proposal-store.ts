import type { DataSource } from 'typeorm';
import type {
  Approvers,
  ChangeOrigin,
  ClosingProposal,
  Companion,
  Proposal,
  ProposalKey,
  ProposalQuery,
  ProposalState,
  ProposalStore,
  ProposedChange,
  WorkspaceKey,
} from '@nexus-state/state-core';
import { type Run, query } from './query';

/** Where a proposal is: one whose time has passed has expired. */
const stateNow = `CASE WHEN state = 'open' AND expires_at <= clock_timestamp() THEN 'expired' ELSE state END`;

const columns = `
  proposal_id AS "proposalId", title, reason, ${stateNow} AS state, changes, origin, approvers,
  proposed_at AS "proposedAt", expires_at AS "expiresAt", closed_by AS "closedBy", closed_at AS "closedAt", comment`;

const openStatement = {
  name: 'open-proposal',
  text: `
    INSERT INTO proposals (owner, workspace_id, proposal_id, title, reason, state, changes, origin, approvers,
      proposed_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, 'open', $6::jsonb, $7::jsonb, $8::jsonb, $9, $10)
    ON CONFLICT (owner, workspace_id, proposal_id) DO NOTHING`,
};

const readStatement = {
  name: 'read-proposal',
  text: `SELECT ${columns} FROM proposals WHERE owner = $1 AND workspace_id = $2 AND proposal_id = $3`,
};

const listStatement = {
  name: 'list-proposals',
  text: `
    SELECT ${columns} FROM proposals
    WHERE owner = $1 AND workspace_id = $2 AND ($3::text IS NULL OR ${stateNow} = $3)
      AND (proposed_at, proposal_id) < (coalesce($4::timestamptz, 'infinity'), $5::text)
    ORDER BY proposed_at DESC, proposal_id DESC
    LIMIT $6`,
};

const closeStatement = {
  name: 'close-proposal',
  text: `
    UPDATE proposals
    SET state = $4, closed_by = $5, comment = $6, closed_at = date_trunc('milliseconds', statement_timestamp())
    WHERE owner = $1 AND workspace_id = $2 AND proposal_id = $3 AND state = 'open'
      AND (expires_at IS NULL OR expires_at > statement_timestamp())
    RETURNING 1`,
};

interface ProposalRow {
  proposalId: string;
  title: string;
  reason: string | null;
  state: ProposalState;
  changes: readonly ProposedChange[];
  origin: ChangeOrigin;
  approvers: Approvers | null;
  proposedAt: Date;
  expiresAt: Date | null;
  closedBy: string | null;
  closedAt: Date | null;
  comment: string | null;
}

/** Proposals in PostgreSQL, beside the panels that they would change. */
export class PostgresProposalStore implements ProposalStore {
  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {}

  open(workspace: WorkspaceKey, proposal: Proposal): Promise<void> {
    return openProposal((statement, values) => query(this.source, statement, values), workspace, proposal);
  }

  async read({ owner, workspaceId, proposalId }: ProposalKey): Promise<Proposal | undefined> {
    const [row] = await query<ProposalRow>(this.source, readStatement, [owner, workspaceId, proposalId]);
    return row && proposalOf(row);
  }

  async list(
    { owner, workspaceId }: WorkspaceKey,
    { state, limit, after }: ProposalQuery,
  ): Promise<readonly Proposal[]> {
    const values = [owner, workspaceId, state ?? null, after?.at ?? null, after?.id ?? '', limit];
    return (await query<ProposalRow>(this.source, listStatement, values)).map(proposalOf);
  }

  async close(key: ProposalKey, { state, closedBy, comment }: ClosingProposal): Promise<boolean> {
    const values = [key.owner, key.workspaceId, key.proposalId, state, closedBy, comment ?? null];
    return (await query(this.source, closeStatement, values)).length > 0;
  }
}

/** Keeps a new proposal, also within a transaction. One that is there already, by its id, stays as it is. */
export async function openProposal(
  run: Run,
  { owner, workspaceId }: WorkspaceKey,
  proposal: Proposal,
): Promise<void> {
  const { proposalId, title, reason, changes, origin, approvers, proposedAt, expiresAt = null } = proposal;
  const documents = [JSON.stringify(changes), JSON.stringify(origin)];
  const rest = [approvers ? JSON.stringify(approvers) : null, proposedAt, expiresAt];
  const values = [owner, workspaceId, proposalId, title, reason, ...documents, ...rest];
  await run(openStatement, values);
}

/** Approves a proposal within a transaction. @returns whether it was open; where not, the transaction is to be rolled back */
export async function approveProposal(
  run: Run,
  { workspace, proposalId, closedBy, comment }: Extract<Companion, { readonly kind: 'approve-proposal' }>,
): Promise<boolean> {
  const values = [workspace.owner, workspace.workspaceId, proposalId, 'approved', closedBy, comment];
  return (await run(closeStatement, values)).length > 0;
}

function proposalOf(row: ProposalRow): Proposal {
  const { approvers, proposedAt, expiresAt, closedBy, closedAt, comment, ...rest } = row;
  const ended = rest.state === 'expired' ? expiresAt : closedAt;
  return {
    ...rest,
    approvers: approvers ?? undefined,
    proposedAt: proposedAt.toISOString(),
    expiresAt: expiresAt?.toISOString(),
    closedBy: closedBy ?? undefined,
    closedAt: ended?.toISOString(),
    comment: comment ?? undefined,
  };
}
