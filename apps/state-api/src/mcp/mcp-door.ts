import { toNodeHandler, toWebRequest } from '@modelcontextprotocol/node';
import {
  InMemoryServerEventBus,
  type McpHttpHandler,
  createMcpHandler,
  isInitializeRequest,
  isLegacyRequest,
} from '@modelcontextprotocol/server';
import { isJsonObject } from '@nexus-state/documents';
import { SessionNotFound } from '@nexus-state/nest-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type McpParts, handOn, makeMcpServer } from './mcp-server';
import { type McpPorts, McpSessions } from './mcp-sessions';
import { McpSubscriptions } from './mcp-subscriptions';
import type { McpCaller } from './tool-set/mcp-tool';

/** Answers messages of the Model Context Protocol, within sessions and without. */
export class McpDoor {
  readonly #sessions: McpSessions;
  readonly #open = new Set<McpHttpHandler>();

  constructor(
    private readonly parts: McpParts,
    private readonly ports: McpPorts,
  ) {
    this.#sessions = new McpSessions(parts, ports);
  }

  /** Ends the streams that are open. */
  async close(): Promise<void> {
    await Promise.all([this.#sessions.close(), ...[...this.#open].map((handler) => handler.close())]);
  }

  /** Answers a message, in a session where it names or begins one. @throws SessionNotFound */
  async message(
    caller: McpCaller,
    request: FastifyRequest,
    body: unknown,
    reply: FastifyReply,
  ): Promise<void> {
    const probe = await toWebRequest(request.raw as never, body);
    if (!(await isLegacyRequest(probe, body))) return this.#serve(caller, request, body, reply);
    const id = request.headers['mcp-session-id'];
    if (id === undefined && !isInitializeRequest(body)) return this.#serve(caller, request, body, reply);
    await this.inSession(caller, request, body, reply);
  }

  /** Answers with a server of this request's own. */
  async #serve(
    caller: McpCaller,
    request: FastifyRequest,
    body: unknown,
    reply: FastifyReply,
  ): Promise<void> {
    const bus = new InMemoryServerEventBus();
    const handler = createMcpHandler(() => makeMcpServer(this.parts, caller), { bus });
    const close = () => void handler.close();
    const subscriptions = new McpSubscriptions(
      { ...this.ports, resources: this.parts.resources },
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
  async inSession(
    caller: McpCaller,
    request: FastifyRequest,
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
