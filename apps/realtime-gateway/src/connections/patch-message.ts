import { type PatchFacts, type PatchMessage, type ProposedFacts, clientEvents } from '@nexus-state/contracts';
import { type Principal, type SpanFacts, SpanKind } from '@nexus-state/nest-kit';
import {
  type Admission,
  ProposedInstead,
  type StateCore,
  type Written,
  aiTrigger,
  changeAbout,
  lockKey,
} from '@nexus-state/state-core';
import { readPatch } from '@nexus-state/documents';
import { patchOf } from '../updates/wire-event';

interface PatchPorts {
  readonly admission: Admission;
  readonly core: StateCore;
}

/** What came of a message that asks for a change. */
interface AppliedPatch {
  /** The version that it made; undefined where it became a proposal. */
  readonly made?: { readonly owner: string; readonly version: number };
  readonly facts: PatchFacts | ProposedFacts;
}

/**
 * Makes the change that a message asks for, as PATCH does.
 * @returns what was made, and what the reply says: the change, or the proposal that it became
 * @param caller needs the scope `state:write`, and the role of an editor
 * @throws what `StateCore.editPanel` does; Forbidden, InvalidId, WorkspaceNotFound, PanelNotFound, RoleRequired,
 *   RateLimited
 */
export async function applyPatchMessage(
  message: PatchMessage,
  caller: Principal,
  ports: PatchPorts,
): Promise<AppliedPatch> {
  try {
    const written = await edited(message, caller, ports);
    const { key, version } = written.change;
    return { made: { owner: key.owner, version }, facts: factsOf(written) };
  } catch (error) {
    if (error instanceof ProposedInstead) return { facts: { proposalId: error.proposalId } };
    throw error;
  }
}

function factsOf({ change, facts, kept = false }: Written): PatchFacts {
  const { version, revision } = change;
  const baseVersion = kept ? null : change.baseVersion;
  const { dropped, proposalId } = facts as Pick<PatchFacts, 'dropped' | 'proposalId'>;
  return {
    ...{ version, revision, merged: baseVersion !== null },
    ...(baseVersion === null ? {} : { baseVersion, patch: patchOf(change) }),
    ...(dropped ? { dropped } : {}),
    ...(proposalId === undefined ? {} : { proposalId }),
  };
}

async function edited(
  message: PatchMessage,
  caller: Principal,
  { admission, core }: PatchPorts,
): Promise<Written> {
  const { workspaceId, panelId, owner, version, patches, lock, onConflict = 'merge' } = message;
  const place = { workspaceId, owner, panelId, access: 'write' } as const;
  const { panel: key } = await admission.admit({ caller, scope: 'state:write', counts: 'writes', place });
  const patch = readPatch(patches, '/patches', core.limits.patchOperations);
  const about = changeAbout(message);
  const origin = {
    actor: caller.subject,
    triggeredBy: message.triggeredBy ?? (message.turnId === undefined ? 'user' : aiTrigger),
    triggerSource: message.triggerSource ?? null,
    ...(about ? { about } : {}),
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
