import { Body, Controller, Delete, Headers, HttpCode, Patch, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  DeleteKeyRequest,
  KeyParams,
  KeyWritten,
  MergeKeyParams,
  PutKeyRequest,
} from '@nexus-state/contracts';
import type { JsonValue } from '@nexus-state/documents';
import { Caller, type ConditionalHeaders, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import type { IdempotentRequest } from '@nexus-state/state-core';
import { deleteWrite, mergeWrite, setWrite } from '@nexus-state/store';
import type { FastifyReply } from 'fastify';
import { Idempotent } from '../access/idempotent-request';
import { AtKey, NeedsKey } from '../access/key-in-path';
import { type LockHeaders, lockOf } from '../locks/lock-of';
import { entityTag, expectationOf } from '../panels/expectation-of';
import { respondWithEntry } from './key-entry';
import { PutsKey, ReadsKey, longSpelling, shortSpelling, writeHeaders, writeProblems } from './key-routes';
import { OwnerKeys } from './owner-keys';
import { optionsOf, valueAt, valueOf } from './values';

type WriteHeaders = ConditionalHeaders & LockHeaders;

/** Keys, one at a time. */
@ApiTags('keys')
@Controller('api/kv')
export class KeysController {
  constructor(private readonly keys: OwnerKeys) {}

  @ReadsKey(longSpelling)
  async read(
    @Caller() caller: Principal,
    @AtKey() key: string,
    @Headers() headers: ConditionalHeaders,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    respondWithEntry(await this.keys.read(caller.subject, key), headers, reply);
  }

  @PutsKey(longSpelling)
  async put(
    @Caller() caller: Principal,
    @AtKey() key: string,
    @Idempotent() request: IdempotentRequest | undefined,
    @Body(new ShapePipe(PutKeyRequest)) body: PutKeyRequest,
    @Headers() headers: WriteHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<KeyWritten> {
    return acknowledge(await this.keys.write(putOf(caller, key, body, headers, request)), reply);
  }

  @Patch('*')
  @Endpoint({
    summary: 'Merge into the JSON that a key holds (RFC 7396)',
    scope: 'state:write',
    body: { 'application/merge-patch+json': { description: 'A JSON Merge Patch (RFC 7396).' } },
    query: MergeKeyParams,
    headers: writeHeaders,
    responses: { 200: { description: 'The value was merged.', shape: KeyWritten, headers: ['ETag'] } },
    problems: [...writeProblems, 'not_json', 'value_too_large', 'secret_unreadable'],
  })
  @NeedsKey('/', MergeKeyParams)
  async merge(
    @Caller() caller: Principal,
    @AtKey() key: string,
    @Idempotent() request: IdempotentRequest | undefined,
    @Body() body: unknown,
    @Query(new ShapePipe(MergeKeyParams, { coerce: true })) params: MergeKeyParams,
    @Headers() headers: WriteHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<KeyWritten> {
    const written = await this.keys.write({
      owner: caller.subject,
      write: mergeWrite(key, (body ?? null) as JsonValue, optionsOf(params)),
      expectation: expectationOf(headers, params.version),
      headers,
      request,
      lock: lockOf(caller, headers),
    });
    return acknowledge(written, reply);
  }

  @Delete('*')
  @HttpCode(200)
  @Endpoint({
    summary: 'Delete a key',
    scope: 'state:write',
    body: { 'application/json': DeleteKeyRequest },
    bodyOptional: true,
    query: KeyParams,
    headers: writeHeaders,
    responses: {
      200: {
        description: 'The key was deleted; its versions go on if it is written again.',
        shape: KeyWritten,
        headers: ['ETag'],
      },
    },
    problems: writeProblems,
  })
  @NeedsKey('/', KeyParams)
  async delete(
    @Caller() caller: Principal,
    @AtKey() key: string,
    @Idempotent() request: IdempotentRequest | undefined,
    @Body(new ShapePipe(DeleteKeyRequest)) { version, lock }: DeleteKeyRequest,
    @Headers() headers: WriteHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<KeyWritten> {
    const written = await this.keys.write({
      owner: caller.subject,
      write: deleteWrite(key),
      expectation: expectationOf(headers, version),
      headers,
      request,
      lock: lockOf(caller, headers, lock),
    });
    return acknowledge(written, reply);
  }
}

/** The same keys in a short spelling: what follows `/state/` is the key, percent-encoded. */
@ApiTags('keys')
@Controller('state')
export class ShortKeysController {
  constructor(private readonly keys: OwnerKeys) {}

  @ReadsKey(shortSpelling)
  async read(
    @Caller() caller: Principal,
    @AtKey() key: string,
    @Headers() headers: ConditionalHeaders,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    respondWithEntry(await this.keys.read(caller.subject, key), headers, reply);
  }

  @PutsKey(shortSpelling)
  async put(
    @Caller() caller: Principal,
    @AtKey() key: string,
    @Idempotent() request: IdempotentRequest | undefined,
    @Body(new ShapePipe(PutKeyRequest)) body: PutKeyRequest,
    @Headers() headers: WriteHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<KeyWritten> {
    return acknowledge(await this.keys.write(putOf(caller, key, body, headers, request)), reply);
  }
}

function putOf(
  caller: Principal,
  key: string,
  body: PutKeyRequest,
  headers: WriteHeaders,
  request: IdempotentRequest | undefined,
) {
  return {
    owner: caller.subject,
    write: valueAt('/value', () => setWrite(key, valueOf(body), optionsOf(body))),
    expectation: expectationOf(headers, body.version),
    headers,
    request,
    lock: lockOf(caller, headers, body.lock),
  };
}

function acknowledge(written: KeyWritten, reply: FastifyReply): KeyWritten {
  void reply.header('etag', entityTag(written.version));
  return written;
}
