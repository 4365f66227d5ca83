import { type PatchMessage, clientEvents } from '@nexus-state/contracts';
import { type Principal, type SpanFacts, SpanKind } from '@nexus-state/nest-kit';
import { type Admission, type StateCore, type Written, lockKey } from '@nexus-state/state-core';
import { readPatch } from '@nexus-state/documents';

/**
 * Makes the change that a message asks for, as PATCH does.
 * @param caller needs the scope `state:write`, and the role of an editor
 * @throws what `StateCore.editPanel` does; Forbidden, InvalidId, WorkspaceNotFound, PanelNotFound, RoleRequired,
 *   RateLimited
 */
export async function applyPatchMessage(
  message: PatchMessage,
  caller: Principal,
  { admission, core }: { readonly admission: Admission; readonly core: StateCore },
): Promise<Written> {
  const { workspaceId, panelId, owner, version, patches, lock, onConflict = 'merge' } = message;
  const place = { workspaceId, owner, panelId, access: 'write' } as const;
  const { panel: key } = await admission.admit({ caller, scope: 'state:write', counts: 'writes', place });
  const patch = readPatch(patches, '/patches');
  const origin = {
    actor: caller.subject,
    triggeredBy: message.triggeredBy ?? 'user',
    triggerSource: message.triggerSource ?? null,
  };
  const expectation = { kind: 'version', version } as const;
  return core.editPanel({
    key,
    edit: { kind: 'patch', patch },
    at: '/patches',
    expectation,
    onConflict,
    origin,
    lock: lock && { ...lockKey(caller.subject, lock.name), fencingToken: lock.fencingToken },
  });
}

/** The span of such a message. */
export function patchSpan({ workspaceId, panelId }: PatchMessage, connectionId: string): SpanFacts {
  const attributes = {
    'nexus.connection.id': connectionId,
    'nexus.workspace.id': workspaceId,
    'nexus.panel.id': panelId,
  };
  return { name: clientEvents.patch, kind: SpanKind.SERVER, attributes };
}
