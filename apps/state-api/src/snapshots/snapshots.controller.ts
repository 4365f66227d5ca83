import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  CommitStateRequest,
  PageParams,
  SnapshotJobResponse,
  SnapshotList,
  SnapshotTaken,
  TakeSnapshotRequest,
} from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import {
  type AskForSnapshot,
  type IdempotentRequest,
  type OpenWorkspace,
  Snapshots,
  type TakenSnapshot,
} from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { Idempotent } from '../access/idempotent-request';
import { locationOf } from '../access/location';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { Audited } from '../audit/audited';
import { takenResponse } from './job-response';
import { type Preference, Prefers } from './preference';
import { snapshotItem } from './snapshot-item';

const defaultLimit = 50;
const takeResponses = {
  201: {
    description: 'The snapshot is committed.',
    shape: SnapshotTaken,
    headers: ['Location'],
  },
  202: {
    description: 'With `Prefer: respond-async`: the job that takes the snapshot. `Location` is its status.',
    shape: SnapshotJobResponse,
    headers: ['Location', 'Preference-Applied'],
  },
} as const;
const takeProblems = ['snapshot_failed'] as const;

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
    bodyOptional: true,
    headers: ['Prefer', 'Idempotency-Key'],
    responses: takeResponses,
    problems: takeProblems,
  })
  @NeedsAccess('write', { existing: true, reach: 'whole-to-see' })
  take(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Prefers() preference: Preference,
    @Idempotent() request: IdempotentRequest | undefined,
    @Body(new ShapePipe(TakeSnapshotRequest)) body: TakeSnapshotRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SnapshotTaken | SnapshotJobResponse> {
    return this.#take(caller, workspace, body, preference, request, reply);
  }

  @Post('state/:workspaceId/snapshot')
  @Endpoint({
    summary: 'Take a snapshot (alias)',
    scope: 'state:write',
    body: { 'application/json': CommitStateRequest },
    bodyOptional: true,
    headers: ['Prefer', 'Idempotency-Key'],
    responses: takeResponses,
    problems: takeProblems,
  })
  @NeedsAccess('write', { existing: true, reach: 'whole-to-see' })
  commit(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Prefers() preference: Preference,
    @Idempotent() request: IdempotentRequest | undefined,
    @Body(new ShapePipe(CommitStateRequest)) { commitToGit, ...body }: CommitStateRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SnapshotTaken | SnapshotJobResponse> {
    return this.#take(caller, workspace, { ...body, push: commitToGit }, preference, request, reply);
  }

  @Get('snapshots/:workspaceId')
  @Audited('list')
  @Endpoint({
    summary: 'List the snapshots of a workspace, newest first',
    scope: 'state:read',
    query: PageParams,
    responses: { 200: { description: 'A page of snapshots.', shape: SnapshotList } },
    problems: [],
  })
  @NeedsAccess('read', { reach: 'whole-to-see' })
  async list(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Query(new ShapePipe(PageParams, { coerce: true })) params: PageParams,
  ): Promise<SnapshotList> {
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
    asked: Pick<AskForSnapshot, 'type' | 'description' | 'push'>,
    { respondAsync, waitMs }: Preference,
    request: IdempotentRequest | undefined,
    reply: FastifyReply,
  ): Promise<SnapshotTaken | SnapshotJobResponse> {
    const command = { ...asked, workspace: keyOf(workspace), requestedBy: caller.subject };
    const answerTaken = (taken: TakenSnapshot) => {
      const { snapshotId } = taken.snapshot;
      void reply.header('location', locationOf('snapshots', workspace, `/${snapshotId}`, caller));
      return takenResponse(taken);
    };
    if (!respondAsync) return answerTaken(await this.snapshots.request(command, request));
    const { jobId, taken } = await this.snapshots.start(command, waitMs ?? 0, request);
    void reply.header(
      'preference-applied',
      waitMs === undefined ? 'respond-async' : `respond-async, wait=${waitMs / 1000}`,
    );
    if (taken) return answerTaken(taken);
    const location = locationOf('snapshots', workspace, `/jobs/${encodeURIComponent(jobId)}`, caller);
    void reply.status(202).header('location', location);
    return { jobId, state: 'waiting', progress: { done: 0, total: 0 } };
  }
}

/** The key alone: it travels through the queue, where the caller's role has no business. */
function keyOf({ owner, workspaceId }: OpenWorkspace) {
  return { owner, workspaceId };
}
