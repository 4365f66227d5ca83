import { Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PanelReverted, RevertPanelRequest } from '@nexus-state/contracts';
import { Caller, type ConditionalHeaders, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import { type IdempotentRequest, type PanelKey, Snapshots, StateCore } from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { Idempotent } from '../access/idempotent-request';
import { AtPanel, NeedsAccess } from '../access/admission.guard';
import { entityTag, expectationOrAny } from './expectation-of';
import { type LockHeaders, lockOf } from '../locks/lock-of';
import { type TurnHeaders, originOf } from './origin-of';
import { sayRevision } from './say-revision';
import { snapshotBeforeRevert } from './snapshot-before-revert';

/** Bringing back what a panel held before. */
@ApiTags('panels')
@Controller('api/state/:workspaceId/:panelId/revert')
export class RevertController {
  constructor(
    private readonly core: StateCore,
    private readonly snapshots: Snapshots,
  ) {}

  @Post()
  @HttpCode(200)
  @Endpoint({
    summary: 'Revert a panel to an earlier version',
    scope: 'state:write',
    body: { 'application/json': RevertPanelRequest },
    headers: ['If-Match', 'If-None-Match', 'Idempotency-Key', 'Nexus-Lock', 'Nexus-Turn'],
    proposable: true,
    responses: {
      200: {
        description: 'The state of the earlier version was written as a new version.',
        shape: PanelReverted,
        headers: ['ETag', 'Nexus-Revision'],
      },
    },
    problems: [
      'version_conflict',
      'precondition_failed',
      'too_much_contention',
      'lock_lost',
      'snapshot_failed',
    ],
  })
  @NeedsAccess('write', { existing: true })
  async revert(
    @Caller() caller: Principal,
    @AtPanel() key: PanelKey,
    @Idempotent() request: IdempotentRequest | undefined,
    @Body(new ShapePipe(RevertPanelRequest)) body: RevertPanelRequest,
    @Headers() headers: ConditionalHeaders & LockHeaders & TurnHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PanelReverted> {
    const { targetVersion, version, createSnapshot, turnId, provenance } = body;
    const expectation = expectationOrAny(headers, version);
    const lock = lockOf(caller, headers, body.lock);
    const said = { triggerSource: `revert:${targetVersion}`, turnId, provenance };
    const origin = originOf(caller, said, headers);
    const { core, snapshots } = this;
    const reverting = { caller, key, request, targetVersion };
    const facts = createSnapshot ? await snapshotBeforeRevert(reverting, { core, snapshots }) : {};
    const { change, facts: kept } = await this.core.editPanel({
      key,
      edit: { kind: 'revert', targetVersion },
      expectation,
      onConflict: 'reject',
      origin,
      request,
      lock,
      facts,
    });
    const { snapshotId } = kept as { readonly snapshotId?: string };
    void reply.header('etag', entityTag(change.version));
    sayRevision(reply, change.revision);
    return {
      success: true,
      version: change.version,
      revision: change.revision,
      revertedTo: targetVersion,
      ...(snapshotId === undefined ? {} : { snapshotId }),
      updatedAt: change.occurredAt,
    };
  }
}
