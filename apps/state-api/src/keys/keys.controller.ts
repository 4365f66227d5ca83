import { Body, Controller, Delete, Get, Headers, HttpCode, Patch, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  DeleteKeyRequest,
  KeyEntry,
  KeyParams,
  KeyWritten,
  MergeKeyParams,
  PutKeyRequest,
} from '@nexus-state/contracts';
import type { JsonValue } from '@nexus-state/documents';
import { Caller, type ConditionalHeaders, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import { deleteWrite, mergeWrite, setWrite } from '@nexus-state/store';
import type { FastifyReply } from 'fastify';
import { AtKey, NeedsKey } from '../access/key-in-path';
import { entityTag, expectationOf } from '../panels/expectation-of';
import { respondWithEntry } from './key-entry';
import { OwnerKeys } from './owner-keys';
import { optionsOf, valueOf } from './values';

const conflicts = ['version_conflict', 'precondition_failed'] as const;

/** Keys, one at a time. */
@ApiTags('keys')
@Controller('api/kv')
export class KeysController {
  constructor(private readonly keys: OwnerKeys) {}

  @Get('*')
  @Endpoint({
    summary: 'Read the value of a key',
    scope: 'state:read',
    query: KeyParams,
    headers: ['If-None-Match'],
    responses: {
      200: { description: 'The key; `ETag` is its version.', shape: KeyEntry, headers: ['ETag'] },
      304: { description: 'The caller has this version.', headers: ['ETag'] },
    },
    problems: [],
  })
  @NeedsKey('/', KeyParams)
  async read(
    @Caller() { subject }: Principal,
    @AtKey() key: string,
    @Headers() headers: ConditionalHeaders,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    respondWithEntry(await this.keys.read(subject, key), headers, reply);
  }

  @Put('*')
  @Endpoint({
    summary: 'Create or replace the value of a key',
    scope: 'state:write',
    body: { 'application/json': PutKeyRequest },
    query: KeyParams,
    headers: ['If-Match', 'If-None-Match'],
    responses: { 200: { description: 'The value was written.', shape: KeyWritten, headers: ['ETag'] } },
    problems: [...conflicts, 'value_too_large'],
  })
  @NeedsKey('/', KeyParams)
  async put(
    @Caller() { subject: owner }: Principal,
    @AtKey() key: string,
    @Body(new ShapePipe(PutKeyRequest)) body: PutKeyRequest,
    @Headers() headers: ConditionalHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<KeyWritten> {
    const expectation = expectationOf(headers, body.version);
    const write = setWrite(key, valueOf(body), optionsOf(body));
    return acknowledge(await this.keys.write({ owner, write, expectation, headers }), reply);
  }

  @Patch('*')
  @Endpoint({
    summary: 'Merge into the JSON that a key holds (RFC 7396)',
    scope: 'state:write',
    body: { 'application/merge-patch+json': { description: 'A JSON Merge Patch (RFC 7396).' } },
    query: MergeKeyParams,
    headers: ['If-Match', 'If-None-Match'],
    responses: { 200: { description: 'The value was merged.', shape: KeyWritten, headers: ['ETag'] } },
    problems: [...conflicts, 'not_json', 'value_too_large'],
  })
  @NeedsKey('/', MergeKeyParams)
  async merge(
    @Caller() { subject: owner }: Principal,
    @AtKey() key: string,
    @Body() body: unknown,
    @Query(new ShapePipe(MergeKeyParams, { coerce: true })) params: MergeKeyParams,
    @Headers() headers: ConditionalHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<KeyWritten> {
    const expectation = expectationOf(headers, params.version);
    const write = mergeWrite(key, (body ?? null) as JsonValue, optionsOf(params));
    return acknowledge(await this.keys.write({ owner, write, expectation, headers }), reply);
  }

  @Delete('*')
  @HttpCode(200)
  @Endpoint({
    summary: 'Delete a key',
    scope: 'state:write',
    body: { 'application/json': DeleteKeyRequest },
    bodyOptional: true,
    query: KeyParams,
    headers: ['If-Match', 'If-None-Match'],
    responses: {
      200: {
        description: 'The key was deleted; its versions go on if it is written again.',
        shape: KeyWritten,
        headers: ['ETag'],
      },
    },
    problems: [...conflicts],
  })
  @NeedsKey('/', KeyParams)
  async delete(
    @Caller() { subject: owner }: Principal,
    @AtKey() key: string,
    @Body(new ShapePipe(DeleteKeyRequest)) { version }: DeleteKeyRequest,
    @Headers() headers: ConditionalHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<KeyWritten> {
    const expectation = expectationOf(headers, version);
    return acknowledge(
      await this.keys.write({ owner, write: deleteWrite(key), expectation, headers }),
      reply,
    );
  }
}

/** The same keys in a short spelling: what follows `/state/` is the key, percent-encoded. */
@ApiTags('keys')
@Controller('state')
export class ShortKeysController {
  constructor(private readonly keys: OwnerKeys) {}

  @Get('*')
  @Endpoint({
    summary: 'Read the value of a key (short spelling)',
    scope: 'state:read',
    headers: ['If-None-Match'],
    responses: {
      200: { description: 'The key; `ETag` is its version.', shape: KeyEntry, headers: ['ETag'] },
      304: { description: 'The caller has this version.', headers: ['ETag'] },
    },
    problems: [],
  })
  @NeedsKey('')
  async read(
    @Caller() { subject }: Principal,
    @AtKey() key: string,
    @Headers() headers: ConditionalHeaders,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    respondWithEntry(await this.keys.read(subject, key), headers, reply);
  }

  @Put('*')
  @Endpoint({
    summary: 'Create or replace the value of a key (short spelling)',
    scope: 'state:write',
    body: { 'application/json': PutKeyRequest },
    headers: ['If-Match', 'If-None-Match'],
    responses: { 200: { description: 'The value was written.', shape: KeyWritten, headers: ['ETag'] } },
    problems: [...conflicts, 'value_too_large'],
  })
  @NeedsKey('')
  async put(
    @Caller() { subject: owner }: Principal,
    @AtKey() key: string,
    @Body(new ShapePipe(PutKeyRequest)) body: PutKeyRequest,
    @Headers() headers: ConditionalHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<KeyWritten> {
    const expectation = expectationOf(headers, body.version);
    const write = setWrite(key, valueOf(body), optionsOf(body));
    return acknowledge(await this.keys.write({ owner, write, expectation, headers }), reply);
  }
}

function acknowledge(written: KeyWritten, reply: FastifyReply): KeyWritten {
  void reply.header('etag', entityTag(written.version));
  return written;
}
