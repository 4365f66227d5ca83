import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { MemberResponse, MemberList, PutMemberRequest } from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import { type OpenWorkspace, Workspaces } from '@nexus-state/state-core';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';

/** Who shares a workspace with its owner. */
@ApiTags('workspaces')
@Controller('api/workspaces/:workspaceId/members')
export class MembersController {
  constructor(private readonly workspaces: Workspaces) {}

  @Get()
  @Endpoint({
    summary: 'List the owner and members of a workspace',
    scope: 'state:read',
    responses: { 200: { description: 'The owner first, then the members by id.', shape: MemberList } },
    problems: [],
  })
  @NeedsAccess('read')
  async list(@InWorkspace() workspace: OpenWorkspace): Promise<MemberList> {
    return { members: [...(await this.workspaces.members(workspace))] };
  }

  @Get(':userId')
  @Endpoint({
    summary: 'Read the role of a member',
    scope: 'state:read',
    responses: { 200: { description: 'The member.', shape: MemberResponse } },
    problems: [],
  })
  @NeedsAccess('read')
  read(@InWorkspace() workspace: OpenWorkspace, @Param('userId') userId: string): Promise<MemberResponse> {
    return this.workspaces.member(workspace, userId);
  }

  @Put(':userId')
  @Endpoint({
    summary: 'Add a member to a workspace, or change their role',
    scope: 'state:write',
    body: { 'application/json': PutMemberRequest },
    responses: { 200: { description: 'The member has the role.', shape: MemberResponse } },
    problems: [],
  })
  @NeedsAccess('manage', { reach: 'whole' })
  put(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Param('userId') userId: string,
    @Body(new ShapePipe(PutMemberRequest)) { role }: PutMemberRequest,
  ): Promise<MemberResponse> {
    return this.workspaces.putMember(workspace, userId, role);
  }

  @Delete(':userId')
  @HttpCode(204)
  @Endpoint({
    summary: 'Remove a member from a workspace; members may remove themselves',
    scope: 'state:write',
    responses: { 204: { description: 'The user is no longer a member.' } },
    problems: [],
  })
  @NeedsAccess('read', { reach: 'whole' })
  async remove(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Param('userId') userId: string,
  ): Promise<void> {
    await this.workspaces.removeMember(workspace, userId, caller.subject);
  }
}
