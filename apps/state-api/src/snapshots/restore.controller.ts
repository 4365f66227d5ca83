import { Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RestoreDone, RestoreRequest } from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import {
  type ContentName,
  type IdempotentRequest,
  type OpenWorkspace,
  Snapshots,
} from '@nexus-state/state-core';
import { ValidationFailed } from '@nexus-state/documents';
import type { FastifyReply } from 'fastify';
import { Idempotent } from '../access/idempotent-request';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { type LockHeaders, lockOf } from '../locks/lock-of';
import { type TurnHeaders, originOf } from '../panels/origin-of';
import { sayRevision } from '../panels/say-revision';

/** Restores workspaces. */
@ApiTags('snapshots')
@Controller('api/snapshots/:workspaceId/restore')
export class RestoreController {
  constructor(private readonly snapshots: Snapshots) {}

  @Post()
  @HttpCode(200)
  @Endpoint({
    summary: 'Restore a workspace to a snapshot or commit',
    scope: 'state:write',
    body: { 'application/json': RestoreRequest },
    headers: ['Idempotency-Key', 'Nexus-Lock', 'Nexus-Turn'],
    proposable: true,
    responses: {
      200: {
        description: 'The workspace was restored atomically. A safety snapshot was taken first.',
        shape: RestoreDone,
        headers: ['Nexus-Revision'],
      },
    },
    problems: ['snapshot_failed', 'too_much_contention', 'lock_lost'],
  })
  @NeedsAccess('write', { reach: 'whole-to-see' })
  async restore(
    @Caller() caller: Principal,
    @InWorkspace() { owner, workspaceId }: OpenWorkspace,
    @Idempotent() request: IdempotentRequest | undefined,
    @Body(new ShapePipe(RestoreRequest))
    { mode = 'exact', lock: inBody, turnId, provenance, ...names }: RestoreRequest,
    @Headers() headers: LockHeaders & TurnHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RestoreDone> {
    const from = nameOf(names);
    const workspace = { owner, workspaceId };
    const lock = lockOf(caller, headers, inBody);
    const done = await this.snapshots.restore({
      ...{ workspace, from, mode, request, lock },
      ...originOf(caller, { turnId, provenance }, headers),
    });
    const { restoredPanels, deletedPanels, unchangedPanels, revision, safetySnapshotId } = done;
    sayRevision(reply, revision);
    return { success: true, restoredPanels, deletedPanels, unchangedPanels, revision, safetySnapshotId };
  }
}

/** @throws ValidationFailed unless exactly one of the two is given */
function nameOf({
  snapshotId,
  gitCommitHash,
}: Pick<RestoreRequest, 'snapshotId' | 'gitCommitHash'>): ContentName {
  if (snapshotId !== undefined && gitCommitHash === undefined)
    return { snapshotId: snapshotId.toLowerCase() };
  if (gitCommitHash !== undefined && snapshotId === undefined) return { gitCommitHash };
  throw new ValidationFailed([{ pointer: '', message: 'must have either snapshotId or gitCommitHash' }]);
}
