import { Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { UndoRequest, Undone } from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import { type OpenWorkspace, StateCore } from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { type LockHeaders, lockOf } from '../locks/lock-of';
import { sayRevision } from '../panels/say-revision';
import { undoneResponse } from './turn-items';
import { askerOf } from './turns.controller';

/** Taking changes back, and keeping all others. */
@ApiTags('turns')
@Controller('api/state/:workspaceId/undo')
export class UndoController {
  constructor(private readonly core: StateCore) {}

  @Post()
  @HttpCode(200)
  @Endpoint({
    summary: 'Take back the changes of a turn, an actor or a time, and keep all others',
    scope: 'state:write',
    body: { 'application/json': UndoRequest },
    responses: {
      200: {
        description: 'What was taken back, in one transaction, and what was left.',
        shape: Undone,
        headers: ['Nexus-Revision'],
      },
    },
    headers: ['Nexus-Lock'],
    proposable: true,
    problems: ['lock_lost'],
  })
  @NeedsAccess('write', { existing: true })
  async undo(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Body(new ShapePipe(UndoRequest))
    { actor: by, preview = false, lock: inBody, ...criteria }: UndoRequest,
    @Headers() headers: LockHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Undone> {
    const asker = askerOf(caller, workspace);
    const lock = lockOf(caller, headers, inBody);
    const undone = await this.core.turns.undo({ ...asker, ...criteria, by, preview, lock });
    if (undone.revision !== undefined) sayRevision(reply, undone.revision);
    return undoneResponse(undone);
  }
}
