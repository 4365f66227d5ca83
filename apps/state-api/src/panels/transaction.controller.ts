import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { TransactionDone, TransactionRequest } from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import { Admission, type IdempotentRequest, type OpenWorkspace, StateCore } from '@nexus-state/state-core';
import { Idempotent } from '../access/idempotent-request';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { type LockHeaders, lockOf } from '../locks/lock-of';
import { originOf } from './origin-of';
import { readOperations } from './read-operations';

/** Changes of several panels as one. */
@ApiTags('panels')
@Controller('api/state/:workspaceId/transaction')
export class TransactionController {
  constructor(
    private readonly core: StateCore,
    private readonly admission: Admission,
  ) {}

  @Post()
  @HttpCode(200)
  @Endpoint({
    summary: 'Change several panels atomically',
    scope: 'state:write',
    body: { 'application/json': TransactionRequest },
    headers: ['Idempotency-Key', 'Nexus-Lock'],
    responses: { 200: { description: 'The transaction was committed.', shape: TransactionDone } },
    problems: [
      'already_exists',
      'version_conflict',
      'patch_failed',
      'patch_too_large',
      'state_too_large',
      'state_too_deep',
      'unsupported_value',
      'too_much_contention',
      'lock_lost',
    ],
  })
  @NeedsAccess('write')
  async transact(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Idempotent() request: IdempotentRequest | undefined,
    @Body(new ShapePipe(TransactionRequest)) body: TransactionRequest,
    @Headers() headers: LockHeaders,
  ): Promise<TransactionDone> {
    const operations = readOperations(body.operations);
    const panelIds = operations.map(({ panelId }) => panelId);
    await this.admission.admitOperations(caller, workspace, panelIds);
    const origin = originOf(caller, body);
    const lock = lockOf(caller, headers, body.lock);
    const panels = await this.core.transact({ workspace, operations, origin, request, lock });
    return { success: true, panels };
  }
}
