import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ContextRequest, ContextResponse, SearchRequest, SearchResponse } from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe, sendInTurns } from '@nexus-state/nest-kit';
import { Contexts, type OpenWorkspace } from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { Audited } from '../audit/audited';
import { contextAsk } from './context-ask';

const defaultLimit = 10;

/** What models are told of a workspace, and what is found in it. */
@ApiTags('context')
@Controller('api/state/:workspaceId')
export class ContextController {
  constructor(private readonly contexts: Contexts) {}

  @Post('context')
  @HttpCode(200)
  @Endpoint({
    summary: 'Write what a workspace holds, or what has changed in it, within a budget of tokens',
    scope: 'state:read',
    body: { 'application/json': ContextRequest },
    responses: {
      200: {
        description:
          'The text, its exact number of tokens, what is in it, and what was left out. The text is the same for the same request while the workspace stays at its revision.',
        shape: ContextResponse,
      },
    },
    problems: [],
  })
  @NeedsAccess('read')
  async compose(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Body(new ShapePipe(ContextRequest)) body: ContextRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const response: ContextResponse = await this.contexts.compose(contextAsk(caller, workspace, body));
    await sendInTurns(reply, response);
  }

  @Post('search')
  @Audited('query')
  @HttpCode(200)
  @Endpoint({
    summary: 'Search the values of a workspace by words and by meaning',
    scope: 'state:read',
    body: { 'application/json': SearchRequest },
    responses: { 200: { description: 'The values found, the best first.', shape: SearchResponse } },
    problems: [],
  })
  @NeedsAccess('read')
  async search(
    @Caller() caller: Principal,
    @InWorkspace() { owner, workspaceId }: OpenWorkspace,
    @Body(new ShapePipe(SearchRequest)) { query, limit = defaultLimit }: SearchRequest,
  ): Promise<SearchResponse> {
    const workspace = { owner, workspaceId };
    const visible = caller.paths.panelsOf(workspaceId);
    return { results: await this.contexts.search({ workspace, visible, query, limit }) };
  }
}
