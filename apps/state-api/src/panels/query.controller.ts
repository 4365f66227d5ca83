import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { QueryResponse, QueryRequest } from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe, sendInTurns } from '@nexus-state/nest-kit';
import { type Criterion, type OpenWorkspace, StateCore } from '@nexus-state/state-core';
import { type JsonObject, JsonText, ValidationFailed } from '@nexus-state/documents';
import type { FastifyReply } from 'fastify';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { Audited } from '../audit/audited';

const defaultLimit = 100;

/** Finding panels by what they hold. */
@ApiTags('panels')
@Controller('api/state/:workspaceId/query')
export class QueryController {
  constructor(private readonly core: StateCore) {}

  @Post()
  @HttpCode(200)
  @Endpoint({
    summary: 'Find the panels of a workspace by their content',
    scope: 'state:read',
    body: { 'application/json': QueryRequest },
    responses: { 200: { description: 'The matching panels, by id.', shape: QueryResponse } },
    problems: [
      'unsupported_value',
      'state_too_deep',
      'state_too_large',
      'query_too_expensive',
      'too_many_queries',
    ],
  })
  @Audited('query')
  @NeedsAccess('read')
  async find(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Body(new ShapePipe(QueryRequest)) body: QueryRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { workspaceId } = workspace;
    const { limit = defaultLimit, cursor } = body;
    const page = await this.core.queryPanels({
      workspace,
      criterion: criterionOf(body),
      limit,
      cursor,
      visible: caller.paths.panelsOf(workspaceId),
    });
    const panels = page.panels.map(({ key, version, stateText, updatedAt }) => ({
      panelId: key.panelId,
      version,
      state: new JsonText(stateText),
      updatedAt,
    }));
    const response: QueryResponse = { workspaceId, panels, nextCursor: page.nextCursor };
    await sendInTurns(reply, response);
  }
}

function criterionOf({ contains, jsonPath }: QueryRequest): Criterion {
  if (contains !== undefined && jsonPath === undefined) return { contains: contains as JsonObject };
  if (jsonPath !== undefined && contains === undefined) return { jsonPath };
  throw new ValidationFailed([{ pointer: '', message: 'must have either contains or jsonPath' }]);
}
