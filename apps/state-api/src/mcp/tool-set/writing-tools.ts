import { McpChangePanelArguments, McpSnapshotArguments } from '@nexus-state/contracts';
import { readPatch } from '@nexus-state/documents';
import type { Snapshots, StateCore } from '@nexus-state/state-core';
import { expectationOrAny } from '../../panels/expectation-of';
import { originOf } from '../../panels/origin-of';
import { yieldedOf } from '../../panels/yielded-of';
import { takenResponse } from '../../snapshots/job-response';
import { type McpTool, additive, panelOf, tool } from './mcp-tool';

/** The tools that change panels, and keep what they hold. */
export function writingTools(core: StateCore, snapshots: Snapshots): McpTool[] {
  return [
    tool({
      name: 'change_panel',
      title: 'Change a panel',
      description:
        'Changes a panel by a JSON Patch. Name the version that you have read: changes that others made since are kept, and where both changed the same value nothing happens and the error merge_conflict names the paths. Then read the panel again and decide again. Change single values; do not replace the whole state. A proposalId in the answer means that people decide: the change, or what of it collides, waits for approval.',
      shape: McpChangePanelArguments,
      scope: 'state:write',
      needs: { access: 'write' },
      annotations: { ...additive, destructiveHint: true },
      run: async (call) => {
        const { patches, version, turnId, reason } = call.arguments;
        const provenance = reason === undefined ? undefined : { reason };
        const written = await core.editPanel({
          key: panelOf(call),
          edit: { kind: 'patch', patch: readPatch(patches, '/patches', core.limits.patchOperations) },
          at: '/patches',
          expectation: expectationOrAny({}, version),
          onConflict: 'merge',
          origin: originOf(call.caller.principal, {
            ...{ triggeredBy: 'ai', triggerSource: 'mcp:change_panel' },
            ...{ turnId, provenance },
          }),
        });
        const { version: made, baseVersion, occurredAt: updatedAt, revision } = written.change;
        const merged =
          baseVersion === null || written.kept ? { merged: false } : { merged: true, baseVersion };
        return { success: true, version: made, revision, updatedAt, ...merged, ...yieldedOf(written) };
      },
    }),
    tool({
      name: 'take_snapshot',
      title: 'Take a snapshot',
      description:
        'Keeps all panels of a workspace as they are now, as a commit, so that people can go back to it. Take one before a large piece of work.',
      shape: McpSnapshotArguments,
      scope: 'state:write',
      needs: { access: 'write', existing: true, reach: 'whole-to-see' },
      annotations: additive,
      run: async ({ caller, workspace: { owner, workspaceId }, arguments: { description } }) => {
        const command = {
          workspace: { owner, workspaceId },
          requestedBy: caller.principal.subject,
          description,
        };
        return takenResponse(await snapshots.request(command, undefined));
      },
    }),
  ];
}
