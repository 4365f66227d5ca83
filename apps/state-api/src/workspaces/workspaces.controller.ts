import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  CreateWorkspaceRequest,
  UpdateWorkspaceRequest,
  WorkspaceResponse,
  WorkspaceList,
} from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import { type OpenWorkspace, PathsTooNarrow, WorkspaceNotFound, Workspaces } from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { Audited } from '../audit/audited';
import { sayRevision } from '../panels/say-revision';
import { workspaceResponses } from './workspace-response';

/** The places that panels live in. */
@ApiTags('workspaces')
@Controller('api/workspaces')
export class WorkspacesController {
  constructor(private readonly workspaces: Workspaces) {}

  @Get()
  @Audited('list')
  @Endpoint({
    summary: 'List the workspaces that the caller owns or is a member of',
    scope: 'state:read',
    responses: {
      200: { description: 'Last opened first. A caller who owns none gets "default".', shape: WorkspaceList },
    },
    problems: [],
  })
  async list(@Caller() caller: Principal): Promise<WorkspaceList> {
    const views = await this.workspaces.listFor(caller.subject);
    return { workspaces: workspaceResponses(views, caller.paths) };
  }

  @Post()
  @Endpoint({
    summary: 'Create a workspace',
    scope: 'state:write',
    body: { 'application/json': CreateWorkspaceRequest },
    responses: {
      201: { description: 'The workspace was created.', shape: WorkspaceResponse, headers: ['Location'] },
    },
    problems: ['already_exists', 'invalid_id'],
  })
  async create(
    @Caller() caller: Principal,
    @Body(new ShapePipe(CreateWorkspaceRequest)) body: CreateWorkspaceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WorkspaceResponse> {
    const { workspaceId } = await this.workspaces.create(caller.subject, body, (id) => {
      if (!caller.paths.reachesWhole(id)) throw new PathsTooNarrow(id);
    });
    void reply.header('location', `/api/workspaces/${workspaceId}`);
    return this.#answer(caller, { owner: caller.subject, workspaceId });
  }

  @Get(':workspaceId')
  @Endpoint({
    summary: 'Read a workspace',
    scope: 'state:read',
    responses: { 200: { description: 'The workspace, as the caller sees it.', shape: WorkspaceResponse } },
    problems: [],
  })
  @NeedsAccess('read')
  read(@Caller() caller: Principal, @InWorkspace() workspace: OpenWorkspace): Promise<WorkspaceResponse> {
    return this.#answer(caller, workspace);
  }

  @Patch(':workspaceId')
  @Endpoint({
    summary: 'Change the name or description of a workspace',
    scope: 'state:write',
    body: { 'application/json': UpdateWorkspaceRequest },
    responses: { 200: { description: 'The workspace was changed.', shape: WorkspaceResponse } },
    problems: [],
  })
  @NeedsAccess('manage', { reach: 'whole' })
  async update(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Body(new ShapePipe(UpdateWorkspaceRequest)) body: UpdateWorkspaceRequest,
  ): Promise<WorkspaceResponse> {
    await this.workspaces.update(workspace, body);
    return this.#answer(caller, workspace);
  }

  @Post(':workspaceId/activate')
  @HttpCode(200)
  @Endpoint({
    summary: 'Activate a workspace for the caller',
    scope: 'state:read',
    responses: {
      200: { description: 'The workspace is active; `lastOpenedAt` is now.', shape: WorkspaceResponse },
    },
    problems: [],
  })
  @NeedsAccess('read')
  async activate(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
  ): Promise<WorkspaceResponse> {
    await this.workspaces.activate(caller.subject, workspace);
    return this.#answer(caller, workspace);
  }

  @Delete(':workspaceId')
  @HttpCode(204)
  @Endpoint({
    summary: 'Delete a workspace and its panels, after a last snapshot',
    scope: 'state:write',
    responses: {
      204: {
        description:
          'The workspace was deleted; its snapshots are kept. `Nexus-Revision` is the revision of the deletion of its panels, if it had any.',
        headers: ['Nexus-Revision'],
      },
    },
    problems: ['snapshot_failed', 'too_much_contention'],
  })
  @NeedsAccess('delete', { reach: 'whole' })
  async delete(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const revision = await this.workspaces.delete(workspace, caller.subject);
    if (revision !== undefined) sayRevision(reply, revision);
  }

  async #answer(caller: Principal, { owner, workspaceId }: { owner: string; workspaceId: string }) {
    const views = await this.workspaces.listFor(caller.subject);
    const answer = workspaceResponses(views, caller.paths).find(
      (view) => view.owner === owner && view.workspaceId === workspaceId,
    );
    if (!answer) throw new WorkspaceNotFound(workspaceId);
    return answer;
  }
}
