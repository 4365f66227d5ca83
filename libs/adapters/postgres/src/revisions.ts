import type { WorkspaceKey } from '@nexus-state/state-core';
import type { Run } from './query';

const readStatement = {
  name: 'read-revision',
  text: `SELECT revision FROM workspace_revisions WHERE owner = $1 AND workspace_id = $2`,
};

const takeStatement = {
  name: 'take-revision',
  text: `
    INSERT INTO workspace_revisions AS counter (owner, workspace_id, revision) VALUES ($1, $2, 1)
    ON CONFLICT (owner, workspace_id) DO UPDATE SET revision = counter.revision + 1
    RETURNING revision`,
};

/** The newest revision of a workspace; 0 where nothing was written to it yet. */
export async function readRevision(run: Run, { owner, workspaceId }: WorkspaceKey): Promise<number> {
  const [row] = await run<{ revision: string }>(readStatement, [owner, workspaceId]);
  return Number(row?.revision ?? 0);
}

/** Takes the next revision of a workspace. Who writes to it waits from here on until the transaction of `run` ends. */
export async function takeRevision(run: Run, { owner, workspaceId }: WorkspaceKey): Promise<number> {
  const [row] = await run<{ revision: string }>(takeStatement, [owner, workspaceId]);
  return Number((row as { revision: string }).revision);
}
