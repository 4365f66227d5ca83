import { VisiblePanels } from '../workspaces/access';
import type { WorkspaceKey } from '../panels/model';
import type { PanelStore } from '../panels/ports';
import type { SnapshotQueue } from './ports';
import { requestSnapshot } from './request-snapshot';
import { type BulkChangePorts, type TransactionOperation, transact } from '../panels/edit';

/** A workspace to empty. */
export interface ClearWorkspace {
  readonly workspace: WorkspaceKey;
  /** Who asked for it. */
  readonly actor: string;
  /** How long to wait for the last snapshot, in milliseconds. */
  readonly waitMs: number;
}

const pageSize = 1_000;

/**
 * Takes a last snapshot of a workspace and deletes its panels as one. A workspace without panels gets no snapshot.
 * @returns the revision that the deletions are; undefined where there were none
 * @throws SnapshotFailed, SnapshotPending: nothing was deleted then; TransactionContention, Unavailable
 */
export async function clearWorkspace(
  { workspace, actor, waitMs }: ClearWorkspace,
  ports: BulkChangePorts & { readonly queue: SnapshotQueue },
): Promise<number | undefined> {
  if ((await ports.store.list(workspace, { visible: VisiblePanels.all, limit: 1 })).length === 0)
    return undefined;
  const description = 'Last snapshot before the workspace was deleted';
  await requestSnapshot({ workspace, type: 'pre_delete', description, requestedBy: actor, waitMs }, ports);
  const origin = { actor, triggeredBy: 'user', triggerSource: 'workspace-deleted' };
  const operations = await deletionsOf(workspace, ports.store);
  return (await transact({ workspace, operations, origin }, ports)).revision;
}

async function deletionsOf(workspace: WorkspaceKey, store: PanelStore): Promise<TransactionOperation[]> {
  const operations: TransactionOperation[] = [];
  for (let after: string | undefined; ;) {
    const page = await store.list(workspace, { visible: VisiblePanels.all, limit: pageSize, after });
    operations.push(...page.map(({ panelId }) => ({ op: 'delete', panelId }) as const));
    after = page.at(-1)?.panelId;
    if (page.length < pageSize) return operations;
  }
}
