import type { JsonObject } from '@nexus-state/documents';
import type { Principal } from '@nexus-state/nest-kit';
import {
  type IdempotentRequest,
  type PanelKey,
  PathsTooNarrow,
  type Snapshots,
  type StateCore,
} from '@nexus-state/state-core';

/** A revert with a snapshot before it. */
interface RevertWithSnapshot {
  readonly caller: Principal;
  readonly key: PanelKey;
  readonly request: IdempotentRequest | undefined;
  readonly targetVersion: number;
}

/**
 * Takes a snapshot before a revert; none where the request is a repeated one.
 * @returns what the revert's answer says of it
 * @throws PathsTooNarrow; VersionNotFound, before a snapshot is taken; what `Snapshots.request` throws
 */
export async function snapshotBeforeRevert(
  { caller, key, request, targetVersion }: RevertWithSnapshot,
  { core, snapshots }: { readonly core: StateCore; readonly snapshots: Snapshots },
): Promise<JsonObject> {
  const { owner, workspaceId, panelId } = key;
  if (!caller.paths.reachesWhole(workspaceId)) throw new PathsTooNarrow(workspaceId);
  await core.readVersion({ key, choice: { version: targetVersion } });
  if (await core.isRepeated({ key, request })) return {};
  const { snapshot } = await snapshots.request({
    workspace: { owner, workspaceId },
    type: 'pre_revert',
    description: `Before ${panelId} was reverted to version ${targetVersion}`,
    requestedBy: caller.subject,
  });
  return { snapshotId: snapshot.snapshotId };
}
