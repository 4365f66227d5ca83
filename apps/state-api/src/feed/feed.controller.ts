import { Controller, Get, Headers, Inject, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ChangesResponse, PageParams } from '@nexus-state/contracts';
import {
  Caller,
  Endpoint,
  METRICS,
  type Principal,
  ShapePipe,
  Unauthorized,
  sendInTurns,
  hasExpired,
  problemOf,
} from '@nexus-state/nest-kit';
import {
  Admission,
  type ChangesPage,
  type OpenWorkspace,
  type ReadChanges,
  StateCore,
} from '@nexus-state/state-core';
import { StateError } from '@nexus-state/documents';
import type { FastifyReply } from 'fastify';
import { Gauge, Registry } from 'prom-client';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { EventStream } from './event-stream';
import { feedItem } from './feed-item';
import { wantsEventStream } from './wants-event-stream';

const defaultLimit = 100;

/** All changes of a workspace, in one order. */
@ApiTags('panels')
@Controller('api/state/:workspaceId/changes')
export class FeedController {
  readonly #streams: Gauge;

  constructor(
    private readonly core: StateCore,
    private readonly admission: Admission,
    @Inject(METRICS) metrics: Registry,
  ) {
    this.#streams = new Gauge({
      name: 'nexus_feed_streams',
      help: 'Open change feeds over server-sent events.',
      registers: [metrics],
    });
  }

  @Get()
  @Endpoint({
    summary: 'Read the changes of a workspace in commit order, or follow them as server-sent events',
    scope: 'state:read',
    query: PageParams,
    headers: ['Last-Event-ID'],
    responses: {
      200: {
        description:
          'A page of changes; large changes end it early. With `Accept: text/event-stream` the response stays open and sends an event `change` for each change, with the cursor as its `id`; `Last-Event-ID` resumes. For a workspace that does not exist, a page is empty and a stream is refused.',
        content: { 'application/json': ChangesResponse, 'text/event-stream': { type: 'string' } },
      },
    },
    problems: [],
  })
  @NeedsAccess('read')
  async read(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Query(new ShapePipe(PageParams, { coerce: true })) params: PageParams,
    @Headers() headers: { readonly accept?: string; readonly 'last-event-id'?: string },
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { limit = defaultLimit } = params;
    const visible = caller.paths.panelsOf(workspace.workspaceId);
    // A browser that has seen no event yet sends an empty id.
    const cursor = headers['last-event-id'] || params.cursor;
    const query = { workspace, cursor, limit, visible };
    if (wantsEventStream(headers.accept)) {
      await this.#allow(caller, workspace);
      const first = await this.core.readChanges(query);
      if (reply.request.method === 'HEAD') return EventStream.head(reply);
      await this.#stream(caller, workspace, first, query, reply);
      return;
    }
    const { entries, nextCursor, more } = await this.core.readChanges(query);
    const response: ChangesResponse = {
      workspaceId: workspace.workspaceId,
      changes: entries.map(feedItem),
      nextCursor,
      more,
    };
    await sendInTurns(reply, response);
  }

  async #stream(
    caller: Principal,
    workspace: OpenWorkspace,
    first: ChangesPage,
    query: ReadChanges,
    reply: FastifyReply,
  ): Promise<void> {
    const stream = EventStream.open(reply);
    this.#streams.inc();
    const authorize = () => this.#allow(caller, workspace);
    try {
      await sendPage(stream, first);
      const follow = { ...query, cursor: first.end, authorize, signal: stream.closed };
      for await (const page of this.core.followChanges(follow)) await sendPage(stream, page);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      await stream.send('error', undefined, problemOf(error));
    } finally {
      this.#streams.dec();
      stream.end();
    }
  }

  /** @throws Unauthorized, WorkspaceNotFound when the caller can no longer follow the workspace, or it is not there */
  async #allow(caller: Principal, { owner, workspaceId }: OpenWorkspace): Promise<void> {
    if (hasExpired(caller.expiresAt, Date.now())) throw new Unauthorized('The token has expired.');
    const place = { owner, workspaceId, access: 'read', existing: true } as const;
    await this.admission.admit({ caller, scope: 'state:read', place });
  }
}

async function sendPage(stream: EventStream, page: ChangesPage): Promise<void> {
  for (const entry of page.entries) await stream.send('change', entry.position, feedItem(entry));
}
