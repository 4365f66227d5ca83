import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  CommitStateRequest,
  SnapshotList,
  PageParams,
  SnapshotTaken,
  TakeSnapshotRequest,
} from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import { type OpenWorkspace, type Snapshot, Snapshots } from '@nexus-state/state-core';
import { InWorkspace, NeedsAccess } from '../access/workspace.guard';
import { requireWhole } from './require-whole';
import { snapshotItem } from './snapshot-item';

const defaultLimit = 50;
const takeProblems = ['not_found', 'malformed_json', 'snapshot_failed'] as const;

/** Snapshots of a workspace: taken and listed. */
@ApiTags('snapshots')
@Controller('api')
export class SnapshotsController {
  constructor(private readonly snapshots: Snapshots) {}

  @Post('snapshots/:workspaceId')
  @Endpoint({
    summary: 'Take a snapshot',
    scope: 'state:write',
    body: { 'application/json': TakeSnapshotRequest },
    answers: { 201: { description: 'The snapshot is committed.', shape: SnapshotTaken } },
    problems: takeProblems,
  })
  @NeedsAccess('write')
  take(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Body(new ShapePipe(TakeSnapshotRequest)) body: TakeSnapshotRequest,
  ): Promise<SnapshotTaken> {
    return this.#take(caller, workspace, body);
  }

  @Post('state/:workspaceId/snapshot')
  @Endpoint({
    summary: 'Take a snapshot, by its other name',
    scope: 'state:write',
    body: { 'application/json': CommitStateRequest },
    answers: { 201: { description: 'The snapshot is committed.', shape: SnapshotTaken } },
    problems: takeProblems,
  })
  @NeedsAccess('write')
  commit(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Body(new ShapePipe(CommitStateRequest)) body: CommitStateRequest,
  ): Promise<SnapshotTaken> {
    return this.#take(caller, workspace, body);
  }

  @Get('snapshots/:workspaceId')
  @Endpoint({
    summary: 'List the snapshots of a workspace, newest first',
    scope: 'state:read',
    query: PageParams,
    answers: { 200: { description: 'A page of snapshots.', shape: SnapshotList } },
    problems: ['not_found'],
  })
  @NeedsAccess('read')
  async list(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Query(new ShapePipe(PageParams, { coerce: true })) params: PageParams,
  ): Promise<SnapshotList> {
    requireWhole(caller, workspace);
    const { limit = defaultLimit, cursor } = params;
    const { snapshots, nextCursor } = await this.snapshots.list({
      workspace: keyOf(workspace),
      limit,
      cursor,
    });
    return { snapshots: snapshots.map(snapshotItem), nextCursor };
  }

  async #take(
    caller: Principal,
    workspace: OpenWorkspace,
    { type, description }: Pick<TakeSnapshotRequest, 'type' | 'description'>,
  ): Promise<SnapshotTaken> {
    requireWhole(caller, workspace);
    const requestedBy = caller.subject;
    const snapshot = await this.snapshots.request({
      workspace: keyOf(workspace),
      type,
      description,
      requestedBy,
    });
    return answerOf(snapshot);
  }
}

/** The key alone: it travels through the queue, where the caller's role has no business. */
function keyOf({ owner, workspaceId }: OpenWorkspace) {
  return { owner, workspaceId };
}

function answerOf(snapshot: Snapshot): SnapshotTaken {
  const { snapshotId, type, panelCount, totalSizeBytes, gitCommitHash, createdAt } = snapshot;
  const { workspaceId } = snapshot.workspace;
  return { snapshotId, workspaceId, type, panelCount, totalSizeBytes, gitCommitHash, createdAt };
}
