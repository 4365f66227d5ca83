import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { WorkspaceState, WorkspaceStateParams } from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import { CommitNotFound, type OpenWorkspace, Snapshots, eachPanel } from '@nexus-state/state-core';
import { ValidationFailed } from '@nexus-state/documents';
import type { FastifyReply } from 'fastify';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { sendWithPanels } from './panels-response';
import { panelContents } from './snapshot-contents.controller';

/** A workspace whole. */
@ApiTags('snapshots')
@Controller('api/state/:workspaceId/snapshot')
export class WorkspaceStateController {
  constructor(private readonly snapshots: Snapshots) {}

  @Get()
  @Endpoint({
    summary: 'Read all panels of a workspace at one instant: now, at a revision, or at a commit',
    scope: 'state:read',
    query: WorkspaceStateParams,
    responses: { 200: { description: 'The panels within the reach of the token.', shape: WorkspaceState } },
    problems: [],
  })
  @NeedsAccess('read')
  async read(
    @Caller() { paths }: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Query(new ShapePipe(WorkspaceStateParams, { coerce: true })) params: WorkspaceStateParams,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { workspaceId } = workspace;
    const { gitCommit, revision } = params;
    if (gitCommit !== undefined && revision !== undefined)
      throw new ValidationFailed([{ pointer: 'revision', message: 'cannot be combined with gitCommit' }]);
    // The beginning of a hash would find commits whose hashes reveal hidden panels: a narrowed token must know the whole.
    if (gitCommit !== undefined && !paths.reachesWhole(workspaceId) && !isWholeHash(gitCommit))
      throw new CommitNotFound(gitCommit);
    const visible = paths.panelsOf(workspaceId);
    const name = gitCommit === undefined ? undefined : { gitCommitHash: gitCommit };
    const content =
      revision === undefined
        ? await this.snapshots.content(workspace, name)
        : await this.snapshots.past(workspace, revision, visible);
    const reached = [...content.panels.keys()].filter((panelId) => visible.includes(panelId));
    const head = {
      workspaceId,
      totalPanels: reached.length,
      snapshotAt: content.at,
      // It counts changes of hidden panels, too.
      ...(paths.reachesWhole(workspaceId) ? { revision: content.revision } : {}),
      gitCommit: content.commitHash,
    };
    await sendWithPanels(reply, head, panelContents(eachPanel(content, reached)));
  }
}

/** Whether a name of a commit is its whole hash (SHA-1), in upper or lower case. */
function isWholeHash(name: string): boolean {
  return /^[0-9a-f]{40}$/i.test(name);
}
