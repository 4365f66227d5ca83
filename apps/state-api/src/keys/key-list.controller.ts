import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  KeyListPage,
  KeyTransactionDone,
  KeyTransactionRequest,
  ListKeysParams,
} from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe, respondCanonically } from '@nexus-state/nest-kit';
import { Admission } from '@nexus-state/state-core';
import { withWireValue } from '@nexus-state/store/http';
import type { FastifyReply } from 'fastify';
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
    responses: { 200: { description: 'The transaction was committed.', shape: KeyTransactionDone } },
    problems: ['invalid_key', 'not_found', 'version_conflict', 'value_too_large'],
  })
  async transact(
    @Caller() caller: Principal,
    @Body(new ShapePipe(KeyTransactionRequest)) { transaction }: KeyTransactionRequest,
  ): Promise<KeyTransactionDone> {
    const operations = readKeyOperations(transaction);
    await this.admission.admitKeyOperations(
      caller,
      operations.map(({ key }) => key),
    );
    return this.keys.transact(caller.subject, operations);
  }
}
