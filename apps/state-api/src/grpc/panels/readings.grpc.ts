import { Controller, UseInterceptors } from '@nestjs/common';
import type { Metadata } from '@grpc/grpc-js';
import { HistoryParams, ReadPanelParams } from '@nexus-state/contracts';
import { StateCore, mapInTurns, stateTextIn } from '@nexus-state/state-core';
import { versionChoiceOf } from '../../panels/version-choice-of';
import { Rpc } from '../calls/call-needs';
import { CallInterceptor } from '../calls/call.interceptor';
import { type RawCall, panelOf } from '../calls/open-call';
import { changeMessage } from '../messages/change-message';
import { RequestShape } from '../messages/request-shape';
import type { GetHistoryRequest, GetRequest } from '../messages/requests';

const newestChanges = 50;
const defaultLimit = 50;

const shapes = { get: new RequestShape(ReadPanelParams), history: new RequestShape(HistoryParams) };
/** What reading a panel needs. */
export const readNeeds = { scope: 'state:read', access: 'read' } as const;

/** Panels: read, and their history. */
@Controller()
@UseInterceptors(CallInterceptor)
export class ReadingsGrpc {
  constructor(private readonly core: StateCore) {}

  @Rpc('Get', readNeeds)
  async get(request: GetRequest, _: Metadata, raw: RawCall): Promise<object> {
    const key = panelOf(raw);
    const { version: wanted, at, path, includeHistory, noCache } = request;
    const params = shapes.get.read({ version: wanted, at, path, includeHistory });
    const choice = versionChoiceOf(params);
    const { version, document, cache } = choice
      ? await this.core.readVersion({ key, choice })
      : await this.core.readPanel({ key, fresh: noCache });
    const part = path === undefined ? document : await this.core.partOf({ document }, path);
    return {
      panelId: key.panelId,
      workspaceId: key.workspaceId,
      stateJson: Buffer.from(stateTextIn(part, key)),
      version,
      updatedAt: updatedAtIn(document),
      // Up to the version that is answered: others may have written since it was read.
      ...(includeHistory
        ? { history: await this.#history(key, { limit: newestChanges, offset: 0, upTo: version }) }
        : {}),
      cache,
    };
  }

  @Rpc('GetHistory', readNeeds)
  async getHistory(request: GetHistoryRequest, _: Metadata, raw: RawCall): Promise<object> {
    const key = panelOf(raw);
    const { limit, offset, since, until } = request;
    const params = shapes.history.read({ limit, offset, since, until });
    const query = { ...params, key, limit: params.limit ?? defaultLimit, offset: params.offset ?? 0 };
    const { totalChanges, entries } = await this.core.readHistory(query);
    return { panelId: key.panelId, totalChanges, history: await mapInTurns(entries, changeMessage) };
  }

  async #history(
    key: Parameters<StateCore['readHistory']>[0]['key'],
    page: { readonly limit: number; readonly offset: number; readonly upTo: number },
  ): Promise<object[]> {
    const { entries } = await this.core.readHistory({ key, ...page });
    return mapInTurns(entries, changeMessage);
  }
}

/** When the version of a document was made: the last member of what `panelDocument` composes. */
function updatedAtIn(document: string): string {
  return document.slice(document.lastIndexOf(':"') + 2, -2);
}
