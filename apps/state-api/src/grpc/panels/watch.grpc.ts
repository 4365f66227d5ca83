import { Controller, UseInterceptors } from '@nestjs/common';
import type { Metadata } from '@grpc/grpc-js';
import {
  Admission,
  type FeedPosition,
  type OpenWorkspace,
  type Panel,
  StateCore,
  positionOf,
  positionText,
  readPosition,
} from '@nexus-state/state-core';
import { mayFollow } from '../../feed/may-follow';
import { Rpc } from '../calls/call-needs';
import { CallInterceptor } from '../calls/call.interceptor';
import { type OpenCall, type RawCall, openCall } from '../calls/open-call';
import type { Send, Streaming } from '../calls/streaming';
import { changeMessage } from '../messages/change-message';
import { namingFieldsLater } from '../messages/request-shape';
import type { WatchRequest } from '../messages/requests';
import { type FeedStart, feedStart, versionAfter } from '../messages/watch-start';

const pageSize = 100;
/** The fields of a message that say where a watch begins, by what the core calls them. */
const startFields = new Map([
  ['since', '/afterRevision'],
  ['cursor', '/afterCursor'],
]);

/** The changes of panels as they come. */
@Controller()
@UseInterceptors(CallInterceptor)
export class WatchGrpc {
  constructor(
    private readonly core: StateCore,
    private readonly admission: Admission,
  ) {}

  @Rpc('Watch', { scope: 'state:read', access: 'read', existing: true, action: 'watch' })
  async watch(request: WatchRequest, _: Metadata, raw: RawCall): Promise<Streaming<object>> {
    const call = openCall(raw);
    if (request.panelId === undefined) {
      const start = feedStart(request);
      return (send, signal) => this.#followWorkspace(call, start, send, signal);
    }
    const afterVersion = versionAfter(request);
    return (send, signal) => this.#followPanel(call, afterVersion, send, signal);
  }

  async #followPanel(
    { caller, panel: key, workspace }: OpenCall,
    afterVersion: number | undefined,
    send: Send<object>,
    signal: AbortSignal,
  ): Promise<void> {
    if (!key || !workspace) throw new Error('The call names no panel.');
    const authorize = () => mayFollow(this.admission, caller, workspace, key.panelId);
    for await (const event of this.core.followPanel({ key, afterVersion, authorize, signal })) {
      if (event.kind === 'state') await send({ state: stateMessage(event.panel) });
      else for (const change of event.changes) await send({ change: changeMessage(change) });
    }
  }

  async #followWorkspace(
    { caller, workspace }: OpenCall,
    start: FeedStart,
    send: Send<object>,
    signal: AbortSignal,
  ): Promise<void> {
    const place = workspace as OpenWorkspace;
    const authorize = () => mayFollow(this.admission, caller, place);
    await authorize();
    const query = { workspace: place, limit: pageSize, visible: caller.paths.panelsOf(place.workspaceId) };
    const { entries, end } = await namingFieldsLater(
      () => this.core.readChanges({ ...query, ...start }),
      (pointer) => startFields.get(pointer) ?? pointer,
    );
    const begin = placeOf(start, end);
    await send({ bookmark: { revision: begin.revision }, cursor: positionText(begin) });
    const sendAll = async (page: typeof entries) => {
      for (const change of page)
        await send({ change: changeMessage(change), cursor: positionText(positionOf(change)) });
    };
    await sendAll(entries);
    const follow = { ...query, cursor: positionText(end), authorize, signal };
    for await (const page of this.core.followChanges(follow)) await sendAll(page.entries);
  }
}

/** @param end where a watch begins that names no place */
function placeOf({ cursor, since }: FeedStart, end: FeedPosition): FeedPosition {
  if (since !== undefined) return { revision: since };
  return cursor === undefined || cursor === 'now' ? end : readPosition(cursor);
}

function stateMessage({ key, stateText, version, updatedAt }: Panel): object {
  return { panelId: key.panelId, stateJson: Buffer.from(stateText), version, updatedAt };
}
