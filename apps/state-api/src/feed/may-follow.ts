import type { Principal } from '@nexus-state/nest-kit';
import type { Admission, WorkspaceKey } from '@nexus-state/state-core';
import { requireFresh } from '../access/require-fresh';

/**
 * Checks that a caller may still follow a workspace, or one panel of it.
 * @throws Unauthorized once the token has expired; WorkspaceNotFound, PanelNotFound when the caller can no longer see it, or the
 *   workspace is not there
 */
export async function mayFollow(
  admission: Admission,
  caller: Principal,
  { owner, workspaceId }: WorkspaceKey,
  panelId?: string,
): Promise<void> {
  requireFresh(caller);
  const place = { owner, workspaceId, panelId, access: 'read', existing: true } as const;
  await admission.admit({ caller, scope: 'state:read', place });
}
