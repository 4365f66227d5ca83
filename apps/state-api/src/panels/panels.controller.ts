import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Patch,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  CreatePanelRequest,
  PanelAnswer,
  PanelCreated,
  PanelPatched,
  PanelReplaced,
  PatchPanelRequest,
  ReadPanelParams,
  ReplacePanelRequest,
} from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import { type JsonObject, type PanelKey, StateCore, type Written } from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { AtPanel, NeedsAccess } from '../access/workspace.guard';
import { type ConditionalHeaders, entityTag, expectationOf, isKnown } from './expectation-of';
import { historyItem } from './history-item';
import { IdempotencyKey } from './idempotency-key';
import { originOf } from './origin-of';
import { readPatchBody } from './patch-body';

const newestChanges = 50;
const writeProblems = ['state_too_large', 'state_too_deep', 'unsupported_value', 'malformed_json'] as const;
const versionProblems = [
  'not_found',
  'version_conflict',
  'precondition_failed',
  'version_required',
  'too_much_contention',
] as const;
const patchSchema = { type: 'array', items: { type: 'object' }, description: 'A JSON Patch (RFC 6902).' };

/** Panels: made, read, replaced, patched and deleted. */
@ApiTags('panels')
@Controller('api/state/:workspaceId/:panelId')
export class PanelsController {
  constructor(private readonly core: StateCore) {}

  @Post()
  @Endpoint({
    summary: 'Create a panel',
    scope: 'state:write',
    body: { 'application/json': CreatePanelRequest },
    answers: { 201: { description: 'The panel was created.', shape: PanelCreated } },
    problems: ['already_exists', ...writeProblems],
  })
  @NeedsAccess('write')
  async create(
    @Caller() caller: Principal,
    @AtPanel() key: PanelKey,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Body(new ShapePipe(CreatePanelRequest)) body: CreatePanelRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PanelCreated> {
    const initialState = body.initialState as JsonObject;
    const accepted = await this.core.createPanel({
      key,
      initialState,
      origin: originOf(caller, body),
      idempotencyKey,
    });
    reply.header('location', locationOf(key));
    return { panelId: key.panelId, workspaceId: key.workspaceId, ...acknowledge(accepted, reply) };
  }

  @Get()
  @Endpoint({
    summary: 'Read a panel',
    scope: 'state:read',
    query: ReadPanelParams,
    answers: {
      200: {
        description: 'The panel; `ETag` is its version, `X-Cache` where it came from.',
        shape: PanelAnswer,
      },
      304: { description: 'The version named in `If-None-Match` is still the newest.' },
    },
    problems: ['not_found'],
  })
  @NeedsAccess('read')
  async read(
    @AtPanel() key: PanelKey,
    @Query(new ShapePipe(ReadPanelParams, { coerce: true })) params: ReadPanelParams,
    @Headers() headers: ConditionalHeaders & { readonly 'cache-control'?: string },
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const fresh = headers['cache-control']?.includes('no-cache') ?? false;
    const { version, document, cache } = await this.core.readPanel({ key, fresh });
    void reply.header('etag', entityTag(version)).header('x-cache', cache);
    if (!params.includeHistory && isKnown(headers['if-none-match'], version)) {
      return void reply.status(304).send();
    }
    void reply.type('application/json; charset=utf-8');
    if (!params.includeHistory) return void reply.send(document);
    const { entries } = await this.core.readHistory({ key, limit: newestChanges, offset: 0 });
    return void reply.send(`${document.slice(0, -1)},"history":${JSON.stringify(entries.map(historyItem))}}`);
  }

  @Put()
  @Endpoint({
    summary: 'Replace the state of a panel',
    scope: 'state:write',
    body: { 'application/json': ReplacePanelRequest },
    answers: {
      200: { description: 'The state was replaced.', shape: PanelReplaced },
      201: {
        description: 'The panel was created: `version` was 0, or `If-None-Match: *` was sent.',
        shape: PanelReplaced,
      },
    },
    problems: [...versionProblems, 'already_exists', ...writeProblems],
  })
  @NeedsAccess('write')
  async replace(
    @Caller() caller: Principal,
    @AtPanel() key: PanelKey,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Body(new ShapePipe(ReplacePanelRequest)) body: ReplacePanelRequest,
    @Headers() headers: ConditionalHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PanelReplaced> {
    const expectation = expectationOf(headers, body.version);
    const state = body.state as JsonObject;
    const accepted = await this.core.replacePanel({
      key,
      state,
      expectation,
      origin: originOf(caller, body),
    });
    if (accepted.change.changeType === 'created') reply.status(201).header('location', locationOf(key));
    return acknowledge(accepted, reply);
  }

  @Patch()
  @Endpoint({
    summary: 'Change parts of a panel',
    scope: 'state:write',
    body: {
      'application/json-patch+json': {
        oneOf: [patchSchema, { $ref: '#/components/schemas/PatchPanelRequest' }],
      },
      'application/json': PatchPanelRequest,
    },
    answers: { 200: { description: 'The patch was applied.', shape: PanelPatched } },
    problems: [
      ...versionProblems,
      'patch_failed',
      'patch_too_large',
      'unsupported_media_type',
      ...writeProblems,
    ],
  })
  @NeedsAccess('write')
  async patch(
    @Caller() caller: Principal,
    @AtPanel() key: PanelKey,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Body() body: unknown,
    @Headers() headers: ConditionalHeaders & { readonly 'content-type'?: string },
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PanelPatched> {
    const { patch, version, ...origin } = readPatchBody(headers['content-type'], body);
    const expectation = expectationOf(headers, version);
    const accepted = await this.core.patchPanel({
      key,
      patch,
      expectation,
      origin: originOf(caller, origin),
    });
    return { ...acknowledge(accepted, reply), appliedPatches: patch.length, merged: false };
  }

  @Delete()
  @HttpCode(204)
  @Endpoint({
    summary: 'Delete a panel',
    scope: 'state:write',
    answers: { 204: { description: 'The panel was deleted; its history stays.' } },
    problems: ['not_found', 'precondition_failed', 'too_much_contention'],
  })
  @NeedsAccess('write')
  async delete(
    @Caller() caller: Principal,
    @AtPanel() key: PanelKey,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Headers() headers: ConditionalHeaders,
  ): Promise<void> {
    const condition = expectationOf(headers);
    const expectation = condition.kind === 'unsaid' ? ({ kind: 'any' } as const) : condition;
    await this.core.deletePanel({ key, expectation, origin: originOf(caller, {}), idempotencyKey });
  }
}

function locationOf({ workspaceId, panelId }: PanelKey): string {
  return `/api/state/${workspaceId}/${panelId}`;
}

function acknowledge({ change }: Written, reply: FastifyReply): PanelReplaced {
  void reply.header('etag', entityTag(change.version));
  return { success: true, version: change.version, updatedAt: change.occurredAt };
}
