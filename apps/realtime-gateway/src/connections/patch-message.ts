import { type PatchMessage, clientEvents } from '@nexus-state/contracts';
import { type Principal, type SpanFacts, SpanKind, requireScope } from '@nexus-state/nest-kit';
import {
  type AccessControl,
  PanelNotFound,
  type RateLimits,
  type StateCore,
  type Written,
  panelKey,
} from '@nexus-state/state-core';
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
  {
    access,
    core,
    rates,
  }: { readonly access: AccessControl; readonly core: StateCore; readonly rates: RateLimits },
): Promise<Written> {
  const { workspaceId, panelId, owner, version, patches, onConflict = 'merge' } = message;
  requireScope(caller, 'state:write');
  const { subject, paths } = caller;
  await rates.ofUser(subject, 'writes');
  const at = '/patches';
  const patch = readPatch(patches, at);
  const place = await access.open({ subject, paths, workspaceId, owner, access: 'write' });
  const key = panelKey(place.owner, workspaceId, panelId);
  if (!paths.reachesPanel(workspaceId, panelId)) throw new PanelNotFound(panelId);
  await rates.ofWorkspace(place, 'writes');
  const origin = {
    actor: subject,
    triggeredBy: message.triggeredBy ?? 'user',
    triggerSource: message.triggerSource ?? null,
  };
  const expectation = { kind: 'version', version, from: 'body' } as const;
  const edit = { kind: 'patch', patch } as const;
  return core.editPanel({ key, edit, at, expectation, onConflict, origin });
}

/** What a trace tells of such a message. */
export function patchSpan({ workspaceId, panelId }: PatchMessage, connectionId: string): SpanFacts {
  const attributes = {
    'nexus.connection.id': connectionId,
    'nexus.workspace.id': workspaceId,
    'nexus.panel.id': panelId,
  };
  return { name: clientEvents.patch, kind: SpanKind.SERVER, attributes };
}
