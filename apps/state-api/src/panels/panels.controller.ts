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
  DeletePanelRequest,
  PanelResponse,
  PanelCreated,
  PanelPatched,
  PanelReplaced,
  PatchPanelRequest,
  PatchParams,
  ReadPanelParams,
  ReplacePanelRequest,
} from '@nexus-state/contracts';
import {
  Caller,
  type ConditionalHeaders,
  Endpoint,
  type Principal,
  ShapePipe,
  respondCanonically,
  listText,
} from '@nexus-state/nest-kit';
import type { JsonObject } from '@nexus-state/documents';
import { type IdempotentRequest, type PanelKey, StateCore, operationsOf } from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { Idempotent } from '../access/idempotent-request';
import { locationOf } from '../access/location';
import { AtPanel, NeedsAccess } from '../access/admission.guard';
import { auditOf } from '../audit/request-audit';
import { type LockHeaders, lockOf } from '../locks/lock-of';
import { acknowledge } from './acknowledge';
import { type ReadHeaders, answerReading, describeReading } from './answer-reading';
import { expectationOf, expectationOfCreate, expectationOrAny } from './expectation-of';
import { historyItem, patchOf } from './history-item';
import { type TurnHeaders, originOf } from './origin-of';
import { policyOfPatch, readPatchBody } from './patch-body';
import { sayRevision } from './say-revision';
import { yieldedOf } from './yielded-of';
import { versionChoiceOf } from './version-choice-of';

type WriteHeaders = ConditionalHeaders & LockHeaders & TurnHeaders;

const newestChanges = 50;
const writeProblems = ['state_too_large', 'state_too_deep', 'unsupported_value'] as const;
const versionProblems = [
  'version_conflict',
  'precondition_failed',
  'version_required',
  'too_much_contention',
  'lock_lost',
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
    headers: ['If-None-Match', 'Idempotency-Key', 'Nexus-Lock', 'Nexus-Turn'],
    proposable: true,
    responses: {
      201: {
        description: 'The panel was created.',
        shape: PanelCreated,
        headers: ['ETag', 'Location', 'Nexus-Revision'],
      },
    },
    problems: ['already_exists', 'precondition_failed', 'too_much_contention', 'lock_lost', ...writeProblems],
  })
  @NeedsAccess('write')
  async create(
    @Caller() caller: Principal,
    @AtPanel() key: PanelKey,
    @Idempotent() request: IdempotentRequest | undefined,
    @Body(new ShapePipe(CreatePanelRequest)) body: CreatePanelRequest,
    @Headers() headers: WriteHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PanelCreated> {
    const accepted = await this.core.editPanel({
      key,
      edit: { kind: 'create', state: body.initialState as JsonObject },
      at: '/initialState',
      expectation: expectationOfCreate(headers),
      onConflict: 'reject',
      origin: originOf(caller, body, headers),
      request,
      lock: lockOf(caller, headers, body.lock),
    });
    void reply.header('location', locationOf('state', key, `/${key.panelId}`, caller));
    return { panelId: key.panelId, workspaceId: key.workspaceId, ...acknowledge(accepted, reply) };
  }

  @Get()
  @Endpoint({
    summary: 'Read a panel',
    scope: 'state:read',
    query: ReadPanelParams,
    headers: ['If-None-Match', 'Cache-Control', 'Accept-Encoding'],
    responses: {
      200: {
        description: 'The panel. `ETag` is its version, `X-Cache` its origin.',
        shape: PanelResponse,
        headers: ['ETag', 'X-Cache', 'Content-Encoding', 'Vary'],
      },
      304: {
        description: 'The panel is at the version in `If-None-Match`.',
        headers: ['ETag', 'X-Cache', 'Vary'],
      },
    },
    problems: ['path_not_found'],
  })
  @NeedsAccess('read')
  async read(
    @AtPanel() key: PanelKey,
    @Query(new ShapePipe(ReadPanelParams, { coerce: true })) params: ReadPanelParams,
    @Headers() headers: ReadHeaders & { readonly 'cache-control'?: string },
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const fresh = /\bno-cache\b/i.test(headers['cache-control'] ?? '');
    const choice = versionChoiceOf(params);
    const { includeHistory, path } = params;
    if (!choice && !includeHistory && path === undefined)
      return answerReading(await this.core.readKeptPanel({ key, fresh }), headers, reply);
    const reading = await (choice
      ? this.core.readVersion({ key, choice })
      : this.core.readPanel({ key, fresh }));
    const { version, document } = reading;
    const part = path === undefined ? document : await this.core.partOf(reading, path);
    if (!includeHistory) return answerReading({ ...reading, document: part }, headers, reply);
    // Up to the version that is answered: others may have written since it was read.
    const { entries } = await this.core.readHistory({ key, limit: newestChanges, offset: 0, upTo: version });
    const history = await listText(entries.map(historyItem));
    describeReading(reading, reply);
    void reply.type('application/json; charset=utf-8').send(`${part.slice(0, -1)},"history":${history}}`);
  }

  @Put()
  @Endpoint({
    summary: 'Replace the state of a panel',
    scope: 'state:write',
    body: { 'application/json': ReplacePanelRequest },
    headers: ['If-Match', 'If-None-Match', 'Idempotency-Key', 'Nexus-Lock', 'Nexus-Turn'],
    proposable: true,
    responses: {
      200: {
        description: 'The state was replaced.',
        shape: PanelReplaced,
        headers: ['ETag', 'Nexus-Revision'],
      },
      201: {
        description: 'The panel was created: `version` was 0, or `If-None-Match: *` was sent.',
        shape: PanelReplaced,
        headers: ['ETag', 'Location', 'Nexus-Revision'],
      },
    },
    problems: [...versionProblems, 'merge_conflict', 'already_exists', ...writeProblems],
  })
  @NeedsAccess('write')
  async replace(
    @Caller() caller: Principal,
    @AtPanel() key: PanelKey,
    @Idempotent() request: IdempotentRequest | undefined,
    @Body(new ShapePipe(ReplacePanelRequest)) body: ReplacePanelRequest,
    @Headers() headers: WriteHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PanelReplaced> {
    const expectation = expectationOf(headers, body.version);
    const { onConflict = 'reject' } = body;
    const accepted = await this.core.editPanel({
      key,
      edit: { kind: 'replace', state: body.state as JsonObject },
      at: '/state',
      expectation,
      onConflict,
      origin: originOf(caller, body, headers),
      request,
      lock: lockOf(caller, headers, body.lock),
    });
    if (accepted.change.changeType === 'created' && !accepted.kept)
      void reply.status(201).header('location', locationOf('state', key, `/${key.panelId}`, caller));
    return acknowledge(accepted, reply);
  }

  @Patch()
  @Endpoint({
    summary: 'Patch a panel',
    scope: 'state:write',
    body: {
      'application/json-patch+json': {
        oneOf: [patchSchema, { $ref: '#/components/schemas/PatchPanelRequest' }],
      },
      'application/json': PatchPanelRequest,
      'application/merge-patch+json': { type: 'object', description: 'A JSON Merge Patch (RFC 7396).' },
    },
    query: PatchParams,
    headers: ['If-Match', 'If-None-Match', 'Idempotency-Key', 'Nexus-Lock', 'Nexus-Turn'],
    proposable: true,
    responses: {
      200: {
        description: 'The patch was applied.',
        shape: PanelPatched,
        headers: ['ETag', 'Nexus-Revision'],
      },
    },
    problems: [...versionProblems, 'merge_conflict', 'patch_failed', 'patch_too_large', ...writeProblems],
  })
  @NeedsAccess('write')
  async patch(
    @Caller() caller: Principal,
    @AtPanel() key: PanelKey,
    @Idempotent() request: IdempotentRequest | undefined,
    @Body() body: unknown,
    @Query(new ShapePipe(PatchParams, { coerce: true })) params: PatchParams,
    @Headers() headers: WriteHeaders & { readonly 'content-type'?: string },
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PanelPatched> {
    const { edit, at, ...around } = readPatchBody(headers['content-type'], body, params, this.core.limits);
    const expectation = expectationOf(headers, around.version);
    const onConflict = policyOfPatch(headers, around.onConflict);
    const origin = originOf(caller, around, headers);
    const lock = lockOf(caller, headers, around.lock);
    const command = { key, edit, at, expectation, onConflict, origin, request, lock };
    const written = await this.core.editPanel(command);
    const baseVersion = written.kept ? null : written.change.baseVersion;
    if (baseVersion !== null) respondCanonically(reply);
    return {
      ...acknowledge(written, reply),
      appliedPatches: edit.kind === 'merge-patch' ? operationsOf(written.change) : edit.patch.length,
      merged: baseVersion !== null,
      ...(baseVersion === null ? {} : { baseVersion, patch: patchOf(written.change) }),
    };
  }

  @Delete()
  @HttpCode(204)
  @Endpoint({
    summary: 'Delete a panel',
    scope: 'state:write',
    body: { 'application/json': DeletePanelRequest },
    bodyOptional: true,
    headers: ['If-Match', 'If-None-Match', 'Idempotency-Key', 'Nexus-Lock', 'Nexus-Turn'],
    proposable: true,
    responses: {
      204: { description: 'The panel was deleted; its history is kept.', headers: ['Nexus-Revision'] },
    },
    problems: ['version_conflict', 'precondition_failed', 'too_much_contention', 'lock_lost'],
  })
  @NeedsAccess('write')
  async delete(
    @Caller() caller: Principal,
    @AtPanel() key: PanelKey,
    @Idempotent() request: IdempotentRequest | undefined,
    @Body(new ShapePipe(DeletePanelRequest)) { version, lock, ...said }: DeletePanelRequest,
    @Headers() headers: WriteHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PanelReplaced | undefined> {
    const { change, ...written } = await this.core.editPanel({
      key,
      edit: { kind: 'delete' },
      expectation: expectationOrAny(headers, version),
      onConflict: 'reject',
      origin: originOf(caller, said, headers),
      request,
      lock: lockOf(caller, headers, lock),
    });
    const audit = auditOf(reply.request);
    if (audit) audit.version = change.version;
    sayRevision(reply, change.revision);
    const lost = yieldedOf(written);
    if (!written.kept && lost.proposalId === undefined) return undefined;
    return acknowledge({ change, ...written }, reply.status(200));
  }
}
