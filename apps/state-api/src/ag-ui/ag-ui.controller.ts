import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { StateError, ValidationFailed } from '@nexus-state/documents';
import { Caller, Endpoint, type Principal, problemOf } from '@nexus-state/nest-kit';
import { Admission, type OpenWorkspace, type PanelKey, StateCore } from '@nexus-state/state-core';
import { EventType } from '@ag-ui/core';
import type { FastifyReply } from 'fastify';
import { AtPanel, InWorkspace, NeedsAccess } from '../access/admission.guard';
import { Audited } from '../audit/audited';
import { auditOf } from '../audit/request-audit';
import { EventStream } from '../feed/event-stream';
import { mayFollow } from '../feed/may-follow';
import { agUiEvents } from './ag-ui-event';

/** A panel as the state of an agent, for frontends that speak AG-UI. */
@ApiTags('panels')
@Controller('api/state/:workspaceId/:panelId/ag-ui')
export class AgUiController {
  constructor(
    private readonly core: StateCore,
    private readonly admission: Admission,
  ) {}

  @Get()
  @Audited('watch', 'sse')
  @Endpoint({
    summary: 'Follow a panel as events of AG-UI',
    scope: 'state:read',
    headers: ['Last-Event-ID'],
    responses: {
      200: {
        description:
          'Server-sent events without end: `STATE_SNAPSHOT` with the state, then `STATE_DELTA` with a JSON Patch for each change. The `id` of an event is the version that it leads to; `Last-Event-ID` resumes with the changes after it. A deleted panel is an empty snapshot.',
        content: { 'text/event-stream': { type: 'string' } },
      },
    },
    problems: [],
  })
  @NeedsAccess('read', { existing: true })
  async follow(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @AtPanel() key: PanelKey,
    @Headers() headers: { readonly 'last-event-id'?: string },
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const afterVersion = versionOf(headers['last-event-id']);
    const authorize = () => mayFollow(this.admission, caller, workspace, key.panelId);
    await authorize();
    const end = new AbortController();
    const events = this.core.followPanel({ key, afterVersion, authorize, signal: end.signal });
    if (reply.request.method === 'HEAD') {
      await this.core.readPanel({ key, fresh: false });
      return EventStream.head(reply);
    }
    // The first event is waited for below; before that, a panel that is not there is refused with a status.
    if (afterVersion === undefined) {
      const { version } = await this.core.readPanel({ key, fresh: true });
      const audit = auditOf(reply.request);
      if (audit) audit.version = version;
    }
    const stream = EventStream.open(reply);
    stream.closed.addEventListener('abort', () => end.abort());
    try {
      for await (const event of events)
        for (const { version, data } of agUiEvents(event))
          await stream.send(undefined, String(version), data);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const { error: code, message } = problemOf(error);
      await stream.send(undefined, undefined, { type: EventType.RUN_ERROR, code, message });
    } finally {
      stream.end();
    }
  }
}

/** The version in a `Last-Event-ID`. Browsers that have seen no event yet send an empty one. */
function versionOf(lastEventId: string | undefined): number | undefined {
  if (!lastEventId) return undefined;
  if (/^\d{1,15}$/.test(lastEventId)) return Number(lastEventId);
  throw new ValidationFailed([
    { pointer: 'Last-Event-ID', message: 'must be the id of an event: a version' },
  ]);
}
