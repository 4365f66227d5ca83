import { Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { TransactionDone, TransactionRequest } from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import { Admission, type IdempotentRequest, type OpenWorkspace, StateCore } from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { Idempotent } from '../access/idempotent-request';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { auditOf } from '../audit/request-audit';
import { touchedBy } from '../audit/touched-by';
import { type LockHeaders, lockOf } from '../locks/lock-of';
import { type TurnHeaders, originOf } from './origin-of';
import { readOperations } from './read-operations';
import { sayRevision } from './say-revision';

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
    headers: ['Idempotency-Key', 'Nexus-Lock', 'Nexus-Turn'],
    proposable: true,
    responses: {
      200: {
        description: 'The transaction was committed.',
        shape: TransactionDone,
        headers: ['Nexus-Revision'],
      },
    },
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
    @Headers() headers: LockHeaders & TurnHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TransactionDone> {
    const operations = await readOperations(body.operations, this.core.limits);
    const panelIds = operations.map(({ panelId }) => panelId);
    const audit = auditOf(reply.request);
    const touched = touchedBy(
      operations.map((operation) => ({
        name: operation.panelId,
        checked: operation.op === 'check' ? operation.version : undefined,
      })),
    );
    if (audit) audit.targets = [...touched].map(([panelId, { action }]) => ({ panelId, action }));
    await this.admission.admitOperations(caller, workspace, panelIds);
    const origin = originOf(caller, body, headers);
    const lock = lockOf(caller, headers, body.lock);
    const { revision, panels } = await this.core.transact({ workspace, operations, origin, request, lock });
    const versions = new Map(panels.map(({ panelId, version }) => [panelId, version]));
    if (audit) {
      audit.targets = [...touched].map(([panelId, { action, version }]) => {
        return { panelId, action, version: versions.get(panelId) ?? version };
      });
    }
    sayRevision(reply, revision);
    return { success: true, revision, panels };
  }
}
