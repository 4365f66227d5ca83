import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  CommitList,
  CommitParams,
  DiffParams,
  SnapshotContent,
  SnapshotDiff,
  WorkspaceParams,
} from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import {
  type ContentPanel,
  type OpenWorkspace,
  type PanelDifference,
  Snapshots,
  eachPanel,
  isSnapshotId,
} from '@nexus-state/state-core';
import { JsonText } from '@nexus-state/documents';
import type { FastifyReply } from 'fastify';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { Audited } from '../audit/audited';
import { sendWithPanels } from './panels-response';
import { snapshotItem } from './snapshot-item';

const defaultCommits = 50;

/** What snapshots hold, and how they differ. */
@ApiTags('snapshots')
@Controller('api/snapshots/:workspaceId')
export class SnapshotContentsController {
  constructor(private readonly snapshots: Snapshots) {}

  @Get('commits')
  @Audited('list')
  @Endpoint({
    summary: 'List the commits of a workspace, newest first',
    scope: 'state:read',
    query: CommitParams,
    responses: { 200: { description: 'The newest commits.', shape: CommitList } },
    problems: [],
  })
  @NeedsAccess('read', { reach: 'whole-to-see' })
  async commits(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Query(new ShapePipe(CommitParams, { coerce: true })) { limit = defaultCommits }: CommitParams,
  ): Promise<CommitList> {
    return { commits: await this.snapshots.commits(workspace, limit) };
  }

  @Get(':snapshotId')
  @Endpoint({
    summary: 'Read a snapshot with its panels',
    scope: 'state:read',
    query: WorkspaceParams,
    responses: { 200: { description: 'The snapshot and all its panels.', shape: SnapshotContent } },
    problems: [],
  })
  @NeedsAccess('read', { reach: 'whole-to-see' })
  async read(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Param('snapshotId') snapshotId: string,
    @Query(new ShapePipe(WorkspaceParams, { coerce: true })) _params: WorkspaceParams,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { snapshot, content } = await this.snapshots.read({ workspace, snapshotId });
    await sendWithPanels(reply, snapshotItem(snapshot), panelContents(eachPanel(content)));
  }

  @Get(':snapshotId/diff')
  @Endpoint({
    summary: 'Compare a snapshot with another snapshot, a commit, or the current workspace',
    scope: 'state:read',
    query: DiffParams,
    responses: { 200: { description: 'The panels that differ, each with a patch.', shape: SnapshotDiff } },
    problems: [],
  })
  @NeedsAccess('read', { reach: 'whole-to-see' })
  async diff(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Param('snapshotId') snapshotId: string,
    @Query(new ShapePipe(DiffParams, { coerce: true })) { to }: DiffParams,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { snapshot, content: from } = await this.snapshots.read({ workspace, snapshotId });
    const other = to === undefined ? undefined : nameOf(to);
    const content = await this.snapshots.content(workspace, other);
    const head = {
      workspaceId: workspace.workspaceId,
      from: { snapshotId: snapshot.snapshotId, gitCommitHash: from.commitHash, at: from.at },
      to: {
        snapshotId: other && 'snapshotId' in other ? other.snapshotId : null,
        gitCommitHash: content.commitHash,
        at: content.at,
      },
    };
    await sendWithPanels(reply, head, panelDiffs(this.snapshots.compare(from, content)));
  }
}

/** A snapshot's id, else the hash of a commit: no text is both. */
function nameOf(text: string) {
  return isSnapshotId(text) ? { snapshotId: text.toLowerCase() } : { gitCommitHash: text };
}

/** Panels as an answer holds them, by id. */
export async function* panelContents(
  panels: AsyncIterable<ContentPanel>,
): AsyncGenerator<readonly [string, object]> {
  for await (const { panelId, stateText, version } of panels)
    yield [panelId, { state: new JsonText(stateText), version }];
}

async function* panelDiffs(
  differences: AsyncIterable<PanelDifference>,
): AsyncGenerator<readonly [string, object]> {
  for await (const { panelId, ...difference } of differences) yield [panelId, difference];
}
