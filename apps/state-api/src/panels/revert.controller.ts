import { Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PanelReverted, RevertPanelRequest } from '@nexus-state/contracts';
import { Caller, type ConditionalHeaders, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import type { JsonObject } from '@nexus-state/documents';
import {
  type IdempotentRequest,
  type PanelKey,
  PathsTooNarrow,
  Snapshots,
  StateCore,
} from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { Idempotent } from '../access/idempotent-request';
import { AtPanel, NeedsAccess } from '../access/admission.guard';
import { entityTag, expectationOrAny } from './expectation-of';
import { type LockHeaders, lockOf } from '../locks/lock-of';
import { originOf } from './origin-of';

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
    headers: ['If-Match', 'If-None-Match', 'Idempotency-Key', 'Nexus-Lock'],
    responses: {
      200: {
        description: 'The state of the earlier version was written as a new version.',
        shape: PanelReverted,
        headers: ['ETag'],
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
    @Headers() headers: ConditionalHeaders & LockHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PanelReverted> {
    const { targetVersion, version, createSnapshot } = body;
    const expectation = expectationOrAny(headers, version);
    const lock = lockOf(caller, headers, body.lock);
    const origin = originOf(caller, { triggerSource: `revert:${targetVersion}` });
    if (createSnapshot && !caller.paths.reachesWhole(key.workspaceId))
      throw new PathsTooNarrow(key.workspaceId);
    const facts = createSnapshot ? await this.#snapshotBefore(caller, { key, request }, targetVersion) : {};
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
    return {
      success: true,
      version: change.version,
      revertedTo: targetVersion,
      ...(snapshotId === undefined ? {} : { snapshotId }),
      updatedAt: change.occurredAt,
    };
  }

  /** Takes a snapshot before a revert; none where the version is not there, or the request is a repeated one. */
  async #snapshotBefore(
    caller: Principal,
    command: { readonly key: PanelKey; readonly request: IdempotentRequest | undefined },
    targetVersion: number,
  ): Promise<JsonObject> {
    const { key } = command;
    const { owner, workspaceId, panelId } = key;
    await this.core.readVersion({ key, choice: { version: targetVersion } });
    if (await this.core.isRepeated(command)) return {};
    const { snapshot } = await this.snapshots.request({
      workspace: { owner, workspaceId },
      type: 'pre_revert',
      description: `Before ${panelId} was reverted to version ${targetVersion}`,
      requestedBy: caller.subject,
    });
    return { snapshotId: snapshot.snapshotId };
  }
}
