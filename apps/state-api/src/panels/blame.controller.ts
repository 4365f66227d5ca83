import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BlameParams, PanelBlame } from '@nexus-state/contracts';
import { Endpoint, ShapePipe, sendInTurns } from '@nexus-state/nest-kit';
import { type PanelKey, StateCore } from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { AtPanel, NeedsAccess } from '../access/admission.guard';

/** Which change has last set each value of a panel. */
@ApiTags('panels')
@Controller('api/state/:workspaceId/:panelId/blame')
export class BlameController {
  constructor(private readonly core: StateCore) {}

  @Get()
  @Endpoint({
    summary: 'Read which change last set each value of a panel',
    scope: 'state:read',
    query: BlameParams,
    responses: { 200: { description: 'The values with their changes.', shape: PanelBlame } },
    problems: ['path_not_found', 'query_too_expensive'],
  })
  @NeedsAccess('read')
  async read(
    @AtPanel() key: PanelKey,
    @Query(new ShapePipe(BlameParams, { coerce: true })) { version, path }: BlameParams,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const blame = await this.core.blamePanel({ key, version, path });
    const values = blame.values.map(({ about, ...value }) => ({ ...value, ...about }));
    await sendInTurns(reply, { panelId: key.panelId, version: blame.version, values });
  }
}
