import type { Readable } from 'node:stream';
import { Body, Controller, Get, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { RepositoryParams } from '@nexus-state/contracts';
import { AcceptBasic, Caller, Endpoint, type Principal, ShapePipe, goneSignal } from '@nexus-state/nest-kit';
import {
  type FetchRequest,
  GitFetches,
  type OpenWorkspace,
  RepositoryReadOnly,
} from '@nexus-state/state-core';
import { ValidationFailed } from '@nexus-state/documents';
import type { FastifyReply } from 'fastify';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { Audited } from '../audit/audited';
import { requestBody, sendChunks, uploadPackRequest } from './streams';

interface GitHeaders {
  readonly 'git-protocol'?: string;
  readonly 'content-encoding'?: string;
}

const uploadPack = 'git-upload-pack';

/**
 * The repositories of workspaces, for git clients: git's smart HTTP protocol (gitprotocol-http(5)), reading only. No part
 * of the API's description: what is said here is up to git.
 */
@ApiExcludeController()
@Controller(['git/:repository', 'git/:owner/:repository'])
@Audited('read', 'git')
@AcceptBasic()
export class GitController {
  constructor(private readonly fetches: GitFetches) {}

  @Get('info/refs')
  @Endpoint({
    summary: 'List the refs for a git client',
    scope: 'state:read',
    query: RepositoryParams,
    responses: { 200: { description: 'The branch `main`, in the format of git.' } },
    problems: [],
  })
  @NeedsAccess('read', { reach: 'whole-to-see' })
  async refs(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Query(new ShapePipe(RepositoryParams, { coerce: true })) { service }: RepositoryParams,
    @Headers() headers: GitHeaders,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (service === 'git-receive-pack') throw new RepositoryReadOnly(workspace.workspaceId);
    if (service !== uploadPack) {
      throw new ValidationFailed([{ pointer: 'service', message: `must be ${uploadPack}` }]);
    }
    const answer = await this.fetches.advertise(requestOf(workspace, headers, reply));
    void uncached(reply).type(`application/x-${uploadPack}-advertisement`).send(answer);
  }

  @Post(uploadPack)
  @HttpCode(200)
  @Endpoint({
    summary: 'Send a git client the commits it requests',
    scope: 'state:read',
    body: { [uploadPackRequest]: { type: 'string', format: 'binary' } },
    codings: ['gzip', 'x-gzip'],
    responses: { 200: { description: 'A pack, in the format of git.' } },
    problems: [],
  })
  @NeedsAccess('read', { reach: 'whole-to-see' })
  async upload(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Headers() headers: GitHeaders,
    @Body() body: Readable | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const asked = requestBody(body, headers['content-encoding']);
    const answer = this.fetches.upload(requestOf(workspace, headers, reply), asked);
    await sendChunks(uncached(reply).type(`application/x-${uploadPack}-result`), answer);
  }
}

/** A request that ends when its client is gone. */
function requestOf(
  { owner, workspaceId }: OpenWorkspace,
  headers: GitHeaders,
  reply: FastifyReply,
): FetchRequest {
  const signal = goneSignal(reply);
  return { workspace: { owner, workspaceId }, protocol: headers['git-protocol'], signal };
}

function uncached(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-cache, max-age=0, must-revalidate');
}
