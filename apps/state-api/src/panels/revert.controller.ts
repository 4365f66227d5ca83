import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PanelReverted, RevertPanelRequest } from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import { type Expectation, type PanelKey, StateCore } from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { AtPanel, NeedsAccess } from '../access/workspace.guard';
import { entityTag } from './expectation-of';
import { IdempotencyKey } from './idempotency-key';
import { originOf } from './origin-of';

/** Bringing back what a panel held before. */
@ApiTags('panels')
@Controller('api/state/:workspaceId/:panelId/revert')
export class RevertController {
  constructor(private readonly core: StateCore) {}

  @Post()
  @HttpCode(200)
  @Endpoint({
    summary: 'Write what a panel held at an earlier version as a new version',
    scope: 'state:write',
    body: { 'application/json': RevertPanelRequest },
    answers: { 200: { description: 'The old content is the newest version.', shape: PanelReverted } },
    problems: ['not_found', 'version_conflict', 'too_much_contention'],
  })
  @NeedsAccess('write')
  async revert(
    @Caller() caller: Principal,
    @AtPanel() key: PanelKey,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Body(new ShapePipe(RevertPanelRequest)) { targetVersion, version }: RevertPanelRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PanelReverted> {
    const expectation: Expectation = version ? { kind: 'version', version, from: 'body' } : { kind: 'any' };
    const origin = originOf(caller, { triggerSource: `revert:${targetVersion}` });
    const { change } = await this.core.revertPanel({
      key,
      targetVersion,
      expectation,
      origin,
      idempotencyKey,
    });
    void reply.header('etag', entityTag(change.version));
    return {
      success: true,
      version: change.version,
      revertedTo: targetVersion,
      updatedAt: change.occurredAt,
    };
  }
}
