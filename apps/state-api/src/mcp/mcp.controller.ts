import { Body, Controller, Delete, Get, Inject, type OnModuleDestroy, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Caller, Endpoint, type Principal, SERVICE_VERSION } from '@nexus-state/nest-kit';
import { Admission, StateCore } from '@nexus-state/state-core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ownerOf } from '../access/owner-of';
import { Audited } from '../audit/audited';
import { auditOf } from '../audit/request-audit';
import type { McpDoor } from './mcp-door';
import { McpResources } from './mcp-resources';
import { McpTools } from './mcp-tools';
import type { McpCaller } from './tool-set/mcp-tool';

type McpRequest = FastifyRequest<{ Params: Record<string, string>; Querystring: { owner?: unknown } }>;

const endpoint = {
  scope: 'state:read',
  responses: { 200: { description: 'A message of the Model Context Protocol.' } },
  problems: [],
} as const;

/** The door is loaded with the first message: most services get none, and the library is a fourteenth of what a start takes. */
function loadDoor(): typeof McpDoor {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() takes no path of ours here and in Jest alike
  return (require('./mcp-door') as typeof import('./mcp-door')).McpDoor;
}

/**
 * The Model Context Protocol over Streamable HTTP: the requests of 2026-07-28, which need no session, and those of 2025-11-25, with a
 * session or without. No part of the API's description: what is said here is up to the protocol.
 */
@ApiExcludeController()
@Controller('mcp')
@Audited('read', 'mcp')
export class McpController implements OnModuleDestroy {
  readonly #door: () => McpDoor;
  #opened: McpDoor | undefined;

  constructor(
    core: StateCore,
    admission: Admission,
    resources: McpResources,
    tools: McpTools,
    @Inject(SERVICE_VERSION) version: string,
  ) {
    this.#door = () =>
      (this.#opened ??= new (loadDoor())({ version, tools, resources }, { core, admission }));
  }

  /** Ends the streams that are open: they would hold up the end of the process. */
  async onModuleDestroy(): Promise<void> {
    await this.#opened?.close();
  }

  @Post()
  @Endpoint({
    ...endpoint,
    summary: 'Send a message of the Model Context Protocol',
    body: { 'application/json': { type: 'object' } },
  })
  async post(
    @Caller() principal: Principal,
    @Req() request: McpRequest,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#door().message(callerOf(principal, request), request, body, reply);
  }

  @Get()
  @Endpoint({ ...endpoint, summary: 'Listen to the messages of a session' })
  async listen(
    @Caller() principal: Principal,
    @Req() request: McpRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#door().inSession(callerOf(principal, request), request, undefined, reply);
  }

  @Delete()
  @Endpoint({ ...endpoint, summary: 'End a session' })
  async end(
    @Caller() principal: Principal,
    @Req() request: McpRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#door().inSession(callerOf(principal, request), request, undefined, reply);
  }
}

/** Who sends a message. From here on, what it asks for is put down as it is done. */
function callerOf(principal: Principal, request: McpRequest): McpCaller {
  const caller = { principal, owner: ownerOf(request), requestId: request.id };
  auditOf(request)?.handOver();
  return caller;
}
