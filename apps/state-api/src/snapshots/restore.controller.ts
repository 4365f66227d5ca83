import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RestoreDone, RestoreRequest } from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import { type ContentName, type OpenWorkspace, type RestorePorts, StateCore } from '@nexus-state/state-core';
import { ValidationFailed } from '@nexus-state/documents';
import { InWorkspace, NeedsAccess } from '../access/workspace.guard';
import { requireWhole } from './require-whole';

/** What restoring needs beside the core, and how long a restore waits for the snapshot before it. */
export type RestoreTools = Pick<RestorePorts, 'snapshots' | 'repository' | 'commits' | 'queue' | 'writer'> & {
  readonly waitMs: number;
};

/** The token under which they are handed in. */
export const RESTORE_TOOLS = Symbol('RESTORE_TOOLS');

/** Workspaces go back to what they held. */
@ApiTags('snapshots')
@Controller('api/snapshots/:workspaceId/restore')
export class RestoreController {
  constructor(
    private readonly core: StateCore,
    @Inject(RESTORE_TOOLS) private readonly tools: RestoreTools,
  ) {}

  @Post()
  @HttpCode(200)
  @Endpoint({
    summary: 'Make a workspace hold again what a snapshot or a commit holds',
    scope: 'state:write',
    body: { 'application/json': RestoreRequest },
    answers: {
      200: {
        description: 'It does, as of one instant; a snapshot of what it held was taken before.',
        shape: RestoreDone,
      },
    },
    problems: ['snapshot_failed', 'too_much_contention'],
  })
  @NeedsAccess('write')
  async restore(
    @Caller() caller: Principal,
    @InWorkspace() { owner, workspaceId, role }: OpenWorkspace,
    @Body(new ShapePipe(RestoreRequest)) { mode = 'exact', ...names }: RestoreRequest,
  ): Promise<RestoreDone> {
    requireWhole(caller, { owner, workspaceId, role });
    const from = nameOf(names);
    const { waitMs, ...ports } = this.tools;
    const workspace = { owner, workspaceId };
    const { restoredPanels, deletedPanels, unchangedPanels, safetySnapshotId } =
      await this.core.restoreWorkspace({ workspace, from, mode, actor: caller.subject, waitMs }, ports);
    return { success: true, restoredPanels, deletedPanels, unchangedPanels, safetySnapshotId };
  }
}

/** @throws ValidationFailed unless exactly one of the two is given */
function nameOf({ snapshotId, gitCommitHash }: RestoreRequest): ContentName {
  if (snapshotId !== undefined && gitCommitHash === undefined)
    return { snapshotId: snapshotId.toLowerCase() };
  if (gitCommitHash !== undefined && snapshotId === undefined) return { gitCommitHash };
  throw new ValidationFailed([{ pointer: '', message: 'must name one of snapshotId and gitCommitHash' }]);
}
