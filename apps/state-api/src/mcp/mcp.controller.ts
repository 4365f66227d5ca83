import { Body, Controller, Delete, Get, Inject, type OnModuleDestroy, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { toNodeHandler, toWebRequest } from '@modelcontextprotocol/node';
import {
  InMemoryServerEventBus,
  type McpHttpHandler,
  createMcpHandler,
  isInitializeRequest,
  isLegacyRequest,
} from '@modelcontextprotocol/server';
import { isJsonObject } from '@nexus-state/documents';
import { Caller, Endpoint, type Principal, SERVICE_VERSION, SessionNotFound } from '@nexus-state/nest-kit';
import { Admission, StateCore } from '@nexus-state/state-core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ownerOf } from '../access/owner-of';
import { Audited } from '../audit/audited';
import { auditOf } from '../audit/request-audit';
import { McpResources } from './mcp-resources';
import { type McpParts, handOn, makeMcpServer } from './mcp-server';
import { McpSessions } from './mcp-sessions';
import { McpSubscriptions } from './mcp-subscriptions';
import { McpTools } from './mcp-tools';
import type { McpCaller } from './tool-set/mcp-tool';

type McpRequest = FastifyRequest<{ Params: Record<string, string>; Querystring: { owner?: unknown } }>;

const endpoint = {
  scope: 'state:read',
  responses: { 200: { description: 'A message of the Model Context Protocol.' } },
  problems: [],
} as const;

/**
 * The Model Context Protocol over Streamable HTTP: the requests of 2026-07-28, which need no session, and those of 2025-11-25, with a
 * session or without. No part of the API's description: what is said here is up to the protocol.
 */
@ApiExcludeController()
@Controller('mcp')
@Audited('read', 'mcp')
export class McpController implements OnModuleDestroy {
  readonly #parts: McpParts;
  readonly #sessions: McpSessions;
  readonly #open = new Set<McpHttpHandler>();

  constructor(
    private readonly core: StateCore,
    private readonly admission: Admission,
    private readonly resources: McpResources,
    tools: McpTools,
    @Inject(SERVICE_VERSION) version: string,
  ) {
    this.#parts = { version, tools, resources };
    this.#sessions = new McpSessions(this.#parts, { core, admission });
  }

  /** Ends the streams that are open: they would hold up the end of the process. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.#sessions.close(), ...[...this.#open].map((handler) => handler.close())]);
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
    const caller = callerOf(principal, request);
    const probe = await toWebRequest(request.raw as never, body);
    if (!(await isLegacyRequest(probe, body))) return this.#serve(caller, request, body, reply);
    const id = request.headers['mcp-session-id'];
    if (id === undefined && !isInitializeRequest(body)) return this.#serve(caller, request, body, reply);
    await this.#inSession(caller, request, body, reply);
  }

  @Get()
  @Endpoint({ ...endpoint, summary: 'Listen to the messages of a session' })
  async listen(
    @Caller() principal: Principal,
    @Req() request: McpRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#inSession(callerOf(principal, request), request, undefined, reply);
  }

  @Delete()
  @Endpoint({ ...endpoint, summary: 'End a session' })
  async end(
    @Caller() principal: Principal,
    @Req() request: McpRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#inSession(callerOf(principal, request), request, undefined, reply);
  }

  /** Answers with a server of this request's own. */
  async #serve(caller: McpCaller, request: McpRequest, body: unknown, reply: FastifyReply): Promise<void> {
    const bus = new InMemoryServerEventBus();
    const handler = createMcpHandler(() => makeMcpServer(this.#parts, caller), { bus });
    const close = () => void handler.close();
    const { core, admission, resources } = this;
    const subscriptions = new McpSubscriptions(
      { core, admission, resources },
      (uri) => handler.notify.resourceUpdated(uri),
      close,
    );
    for (const uri of listenedTo(body).slice(0, subscriptions.room)) await subscriptions.follow(caller, uri);
    this.#open.add(handler);
    reply.raw.once('close', () => {
      subscriptions.close();
      this.#open.delete(handler);
      close();
    });
    takeOver(reply);
    await toNodeHandler(handler)(request.raw as never, reply.raw as never, body);
  }

  /** Hands a request to its session. A caller's session that is not there is answered as the protocol says: with 404. */
  async #inSession(
    caller: McpCaller,
    request: McpRequest,
    body: unknown,
    reply: FastifyReply,
  ): Promise<void> {
    const id = request.headers['mcp-session-id'];
    const session =
      id === undefined && body !== undefined
        ? await this.#sessions.open(caller)
        : this.#sessions.find(String(id), caller);
    if (!session) throw new SessionNotFound();
    takeOver(reply);
    await session.transport.handleRequest(Object.assign(request.raw, handOn(caller)), reply.raw, body);
  }
}

/** Who sends a message. From here on, what it asks for is put down as it is done. */
function callerOf(principal: Principal, request: McpRequest): McpCaller {
  const caller = { principal, owner: ownerOf(request), requestId: request.id };
  auditOf(request)?.handOver();
  return caller;
}

/** Leaves the answer to others, with the headers that every answer has. */
function takeOver(reply: FastifyReply): void {
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) reply.raw.setHeader(name, value);
}

/** The URIs of the resources that a request asks to be told of. */
function listenedTo(body: unknown): string[] {
  if (!isJsonObject(body as never)) return [];
  const { method, params } = body as { method?: unknown; params?: { notifications?: unknown } };
  if (method !== 'subscriptions/listen') return [];
  const filter = (params?.notifications ?? params) as { resourceSubscriptions?: unknown } | undefined;
  const uris = filter?.resourceSubscriptions;
  return Array.isArray(uris) ? uris.filter((uri) => typeof uri === 'string') : [];
}
