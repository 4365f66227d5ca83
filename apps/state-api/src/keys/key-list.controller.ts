import { Body, Controller, Get, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  KeyListPage,
  KeyTransactionDone,
  KeyTransactionRequest,
  type KeyVersion,
  ListKeysParams,
} from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe, respondCanonically } from '@nexus-state/nest-kit';
import { Admission, type IdempotentRequest } from '@nexus-state/state-core';
import type { TransactionOperation } from '@nexus-state/store';
import { withWireValue } from '@nexus-state/store/http';
import type { FastifyReply } from 'fastify';
import { Idempotent } from '../access/idempotent-request';
import { Audited } from '../audit/audited';
import { type AuditTarget, auditOf } from '../audit/request-audit';
import { touchedBy } from '../audit/touched-by';
import { type LockHeaders, lockOf } from '../locks/lock-of';
import { OwnerKeys } from './owner-keys';
import { readKeyOperations } from './read-key-operations';

const defaultLimit = 100;

/** Keys, many at a time. */
@ApiTags('keys')
@Controller('api/kv')
export class KeyListController {
  constructor(
    private readonly keys: OwnerKeys,
    private readonly admission: Admission,
  ) {}

  @Get()
  @Audited('list')
  @Endpoint({
    summary: 'List keys, in the order of their bytes',
    scope: 'state:read',
    query: ListKeysParams,
    responses: {
      200: {
        description:
          'A page of the keys that the token reaches. It may have fewer keys than asked for, also none, where `nextCursor` is not null.',
        shape: KeyListPage,
      },
    },
    problems: ['invalid_key'],
  })
  async list(
    @Caller() { subject, paths }: Principal,
    @Query(new ShapePipe(ListKeysParams, { coerce: true })) params: ListKeysParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<KeyListPage> {
    const { prefix = '', limit = defaultLimit, values = false, cursor } = params;
    const audit = auditOf(reply.request);
    if (audit) audit.targets = [{ key: `${prefix}*` }];
    const found = await this.keys.list(subject, { prefix, limit, values, cursor, reach: paths.keys });
    respondCanonically(reply);
    return {
      keys: found.items.map(withWireValue),
      nextCursor: found.nextCursor ?? null,
      revision: found.revision,
    };
  }

  @Post()
  @HttpCode(200)
  @Endpoint({
    summary: 'Change several keys atomically',
    scope: 'state:write',
    body: { 'application/json': KeyTransactionRequest },
    headers: ['Idempotency-Key', 'Nexus-Lock'],
    responses: { 200: { description: 'The transaction was committed.', shape: KeyTransactionDone } },
    problems: [
      'invalid_key',
      'not_found',
      'version_conflict',
      'value_too_large',
      'encryption_not_configured',
      'lock_lost',
    ],
  })
  async transact(
    @Caller() caller: Principal,
    @Idempotent() request: IdempotentRequest | undefined,
    @Body(new ShapePipe(KeyTransactionRequest)) body: KeyTransactionRequest,
    @Headers() headers: LockHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<KeyTransactionDone> {
    const operations = readKeyOperations(body.transaction);
    const audit = auditOf(reply.request);
    if (audit) audit.targets = targetsOf(operations);
    await this.admission.admitKeyOperations(
      caller,
      operations.map(({ key }) => key),
    );
    const lock = lockOf(caller, headers, body.lock);
    const done = await this.keys.transact(caller.subject, operations, { request, lock });
    if (audit) audit.targets = withVersions(audit.targets ?? [], done.results);
    return done;
  }
}

function targetsOf(operations: readonly TransactionOperation[]): AuditTarget[] {
  const audited = operations.map((operation) => ({
    name: operation.key,
    checked: operation.type === 'checkVersion' ? operation.version : undefined,
  }));
  return [...touchedBy(audited)].map(([key, { action }]) => ({ key, action }));
}

/** Each key with the last version that the transaction gave it. */
function withVersions(targets: readonly AuditTarget[], results: readonly KeyVersion[]): AuditTarget[] {
  const versions = new Map(results.map(({ key, version }) => [key, version]));
  return targets.map((target) => ({ ...target, version: versions.get(target.key ?? '') }));
}
