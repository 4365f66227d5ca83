import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HistoryParams, PanelHistory } from '@nexus-state/contracts';
import { Endpoint, ShapePipe, sendInTurns } from '@nexus-state/nest-kit';
import { type PanelKey, StateCore } from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { AtPanel, NeedsAccess } from '../access/admission.guard';
import { historyItem } from './history-item';

const defaultLimit = 50;

/** The changes of a panel. */
@ApiTags('panels')
@Controller('api/state/:workspaceId/:panelId/history')
export class HistoryController {
  constructor(private readonly core: StateCore) {}

  @Get()
  @Endpoint({
    summary: 'Read the history of a panel, newest first',
    scope: 'state:read',
    query: HistoryParams,
    responses: { 200: { description: 'A page of changes.', shape: PanelHistory } },
    problems: [],
  })
  @NeedsAccess('read')
  async read(
    @AtPanel() key: PanelKey,
    @Query(new ShapePipe(HistoryParams, { coerce: true })) params: HistoryParams,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { limit = defaultLimit, offset = 0, since, until, actor, triggeredBy, turnId, model } = params;
    const filter = { actor, triggeredBy, turnId, model };
    const page = await this.core.readHistory({ key, limit, offset, since, until, filter });
    const { totalChanges, entries } = page;
    const response: PanelHistory = { panelId: key.panelId, totalChanges, history: entries.map(historyItem) };
    await sendInTurns(reply, response);
  }
}
