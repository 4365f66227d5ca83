import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  AbortTurnRequest,
  BeginTurnRequest,
  TurnBegun,
  TurnCommitted,
  TurnList,
  TurnListParams,
  TurnReport,
  Undone,
} from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe, sendInTurns } from '@nexus-state/nest-kit';
import { type OpenWorkspace, StateCore, type TurnAsker } from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { type LockHeaders, lockOf } from '../locks/lock-of';
import { sayRevision } from '../panels/say-revision';
import {
  turnBegun,
  turnChange,
  turnCommitted,
  turnItem,
  underneathChange,
  undoneResponse,
} from './turn-items';

const defaultLimit = 50;

/** Turns: pieces of work that are begun, made of ordinary changes, and ended as a whole. */
@ApiTags('turns')
@Controller('api/state/:workspaceId/turns')
export class TurnsController {
  constructor(private readonly core: StateCore) {}

  @Post()
  @Endpoint({
    summary: 'Begin a turn',
    scope: 'state:write',
    body: { 'application/json': BeginTurnRequest },
    responses: {
      201: { description: 'The turn was begun.', shape: TurnBegun },
    },
    problems: [],
  })
  @NeedsAccess('write')
  async begin(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Body(new ShapePipe(BeginTurnRequest)) body: BeginTurnRequest,
  ): Promise<TurnBegun> {
    const asker = askerOf(caller, workspace);
    return turnBegun(await this.core.turns.begin(asker, body));
  }

  @Get()
  @Endpoint({
    summary: 'List the turns of a workspace, newest first',
    scope: 'state:read',
    query: TurnListParams,
    responses: { 200: { description: 'A page of turns.', shape: TurnList } },
    problems: [],
  })
  @NeedsAccess('read')
  async list(
    @InWorkspace() { owner, workspaceId }: OpenWorkspace,
    @Query(new ShapePipe(TurnListParams, { coerce: true })) params: TurnListParams,
  ): Promise<TurnList> {
    const { state, cursor, limit = defaultLimit } = params;
    const { turns, nextCursor } = await this.core.turns.list(
      { owner, workspaceId },
      { state, cursor, limit },
    );
    return { turns: turns.map(turnItem), nextCursor };
  }

  @Get(':turnId')
  @Endpoint({
    summary: 'Read a turn, its changes, and what others changed since it was begun',
    scope: 'state:read',
    responses: { 200: { description: 'The turn.', shape: TurnReport } },
    problems: [],
  })
  @NeedsAccess('read')
  async read(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Param('turnId') turnId: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const report = await this.core.turns.read(askerOf(caller, workspace), turnId);
    const response: TurnReport = {
      ...turnItem(report.turn),
      changes: report.changes.map(turnChange),
      underneath: report.underneath.map(underneathChange),
    };
    await sendInTurns(reply, response);
  }

  @Post(':turnId/commit')
  @HttpCode(200)
  @Endpoint({
    summary: 'Commit a turn',
    scope: 'state:write',
    responses: { 200: { description: 'The turn is committed.', shape: TurnCommitted } },
    problems: ['turn_ended'],
  })
  @NeedsAccess('write')
  async commit(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Param('turnId') turnId: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const report = await this.core.turns.commit(askerOf(caller, workspace), turnId);
    await sendInTurns(reply.status(200), turnCommitted(report));
  }

  @Post(':turnId/abort')
  @HttpCode(200)
  @Endpoint({
    summary: 'Abort a turn: take back exactly its changes',
    scope: 'state:write',
    body: { 'application/json': AbortTurnRequest },
    bodyOptional: true,
    headers: ['Nexus-Lock'],
    responses: {
      200: { description: 'The turn is aborted.', shape: Undone, headers: ['Nexus-Revision'] },
    },
    proposable: true,
    problems: ['turn_ended', 'lock_lost'],
  })
  @NeedsAccess('write')
  async abort(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Param('turnId') turnId: string,
    @Body(new ShapePipe(AbortTurnRequest)) { preview, lock: inBody }: AbortTurnRequest,
    @Headers() headers: LockHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Undone> {
    const lock = lockOf(caller, headers, inBody);
    const undone = await this.core.turns.abort(askerOf(caller, workspace), turnId, { preview, lock });
    if (undone.revision !== undefined) sayRevision(reply, undone.revision);
    return undoneResponse(undone);
  }
}

/** Who asks for something about a turn, and what they can see. */
export function askerOf({ subject, paths }: Principal, { owner, workspaceId }: OpenWorkspace): TurnAsker {
  return { workspace: { owner, workspaceId }, actor: subject, visible: paths.panelsOf(workspaceId) };
}
