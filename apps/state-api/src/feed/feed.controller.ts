import { Controller, Get, Headers, Inject, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ChangesParams, ChangesResponse } from '@nexus-state/contracts';
import {
  Caller,
  Endpoint,
  METRICS,
  type Principal,
  ShapePipe,
  sendInTurns,
  problemOf,
} from '@nexus-state/nest-kit';
import {
  Admission,
  type ChangesPage,
  type OpenWorkspace,
  type ReadChanges,
  StateCore,
  VisiblePanels,
  positionOf,
  positionText,
} from '@nexus-state/state-core';
import { StateError, ValidationFailed } from '@nexus-state/documents';
import type { FastifyReply } from 'fastify';
import { Gauge, Registry } from 'prom-client';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { EventStream } from './event-stream';
import { feedItem } from './feed-item';
import { mayFollow } from './may-follow';
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
    summary:
      'Read the changes of a workspace in the order of its revisions, or follow them as server-sent events',
    scope: 'state:read',
    query: ChangesParams,
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
    @Query(new ShapePipe(ChangesParams, { coerce: true })) params: ChangesParams,
    @Headers() headers: { readonly accept?: string; readonly 'last-event-id'?: string },
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { limit = defaultLimit, panels, actor, triggeredBy, turnId, model } = params;
    const visible = caller.paths.panelsOf(workspace.workspaceId);
    const only = panels === undefined ? undefined : readPatterns(panels);
    const filter = { panels: only, actor, triggeredBy, turnId, model };
    const query = { workspace, ...startOf(params, headers['last-event-id']), limit, visible, filter };
    if (wantsEventStream(headers.accept)) {
      await mayFollow(this.admission, caller, workspace);
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
    const authorize = () => mayFollow(this.admission, caller, workspace);
    try {
      await sendPage(stream, first);
      const start = { cursor: positionText(first.end), since: undefined };
      const follow = { ...query, ...start, authorize, signal: stream.closed };
      for await (const page of this.core.followChanges(follow)) await sendPage(stream, page);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      await stream.send('error', undefined, problemOf(error));
    } finally {
      this.#streams.dec();
      stream.end();
    }
  }
}

/** Where a reader begins. A browser goes on by its own header; one that has seen no event yet sends an empty id. */
function startOf(
  { cursor, since }: ChangesParams,
  lastEventId: string | undefined,
): Pick<ReadChanges, 'cursor' | 'since'> {
  if (cursor !== undefined && since !== undefined)
    throw new ValidationFailed([{ pointer: 'since', message: 'cannot be combined with cursor' }]);
  return lastEventId ? { cursor: lastEventId } : { cursor, since };
}

/** Panel ids in which `*` stands for any characters, as in the claim `paths`. */
function readPatterns(text: string): VisiblePanels {
  return new VisiblePanels(text.split(',').map((pattern) => pattern.trim()));
}

async function sendPage(stream: EventStream, page: ChangesPage): Promise<void> {
  for (const entry of page.entries)
    await stream.send('change', positionText(positionOf(entry)), feedItem(entry));
}
