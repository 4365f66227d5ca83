import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  ApproveRequest,
  ProposalApproved,
  ProposalItem,
  ProposalList,
  ProposalListParams,
  ProposalOpened,
  ProposalWithPreview,
  ProposeRequest,
  RejectRequest,
} from '@nexus-state/contracts';
import { Caller, Endpoint, type Principal, ShapePipe, sendInTurns } from '@nexus-state/nest-kit';
import { type OpenWorkspace, type ProposalAsker, type Resolution, StateCore } from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';
import { type LockHeaders, lockOf } from '../locks/lock-of';
import { sayRevision } from '../panels/say-revision';
import { openProposal } from './open-proposal';
import { previewOf, proposalItem } from './proposal-item';

const defaultLimit = 50;
const changeProblems = [
  'patch_failed',
  'patch_too_large',
  'state_too_large',
  'state_too_deep',
  'unsupported_value',
  'version_conflict',
] as const;

/** Changes that wait for approval. */
@ApiTags('proposals')
@Controller('api/state/:workspaceId/proposals')
export class ProposalsController {
  constructor(private readonly core: StateCore) {}

  @Post()
  @Endpoint({
    summary: 'Propose changes',
    scope: 'state:write',
    body: { 'application/json': ProposeRequest },
    responses: {
      201: { description: 'The proposal is open.', shape: ProposalOpened },
    },
    problems: [...changeProblems],
  })
  @NeedsAccess('write')
  propose(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Body(new ShapePipe(ProposeRequest)) body: ProposeRequest,
  ): Promise<ProposalOpened> {
    return openProposal(this.core, caller, workspace, body);
  }

  @Get()
  @Endpoint({
    summary: 'List the proposals of a workspace, newest first',
    scope: 'state:read',
    query: ProposalListParams,
    responses: {
      200: { description: 'A page of the proposals that the caller can see.', shape: ProposalList },
    },
    problems: [],
  })
  @NeedsAccess('read')
  async list(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Query(new ShapePipe(ProposalListParams, { coerce: true })) params: ProposalListParams,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { state, cursor, limit = defaultLimit } = params;
    const page = await this.core.proposals.list(askerOf(caller, workspace), { state, cursor, limit });
    const response: ProposalList = {
      proposals: page.proposals.map(proposalItem),
      nextCursor: page.nextCursor,
    };
    await sendInTurns(reply, response);
  }

  @Get(':proposalId')
  @Endpoint({
    summary: 'Read a proposal, and what it comes to now',
    scope: 'state:read',
    responses: { 200: { description: 'The proposal.', shape: ProposalWithPreview } },
    problems: [],
  })
  @NeedsAccess('read')
  async read(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Param('proposalId') proposalId: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { proposal, panels } = await this.core.proposals.read(askerOf(caller, workspace), proposalId);
    const response: ProposalWithPreview = { ...proposalItem(proposal), preview: previewOf(panels) };
    await sendInTurns(reply, response);
  }

  @Post(':proposalId/approve')
  @HttpCode(200)
  @Endpoint({
    summary: 'Approve a proposal, or some of its operations',
    scope: 'state:approve',
    body: { 'application/json': ApproveRequest },
    bodyOptional: true,
    headers: ['Nexus-Lock'],
    responses: {
      200: {
        description: 'The changes were made, in one transaction.',
        shape: ProposalApproved,
        headers: ['Nexus-Revision'],
      },
    },
    problems: ['proposal_closed', 'merge_conflict', 'lock_lost'],
  })
  @NeedsAccess('write')
  async approve(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Param('proposalId') proposalId: string,
    @Body(new ShapePipe(ApproveRequest)) { operations, resolutions, comment, lock: inBody }: ApproveRequest,
    @Headers() headers: LockHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProposalApproved> {
    const asker = askerOf(caller, workspace);
    const settled = resolutions as readonly Resolution[] | undefined;
    const lock = lockOf(caller, headers, inBody);
    const approving = { operations, resolutions: settled, comment, lock };
    const approved = await this.core.proposals.approve(asker, proposalId, approving);
    sayRevision(reply, approved.revision);
    return approved;
  }

  @Post(':proposalId/reject')
  @HttpCode(200)
  @Endpoint({
    summary: 'Reject a proposal',
    scope: 'state:approve',
    body: { 'application/json': RejectRequest },
    responses: { 200: { description: 'The proposal is rejected.', shape: ProposalItem } },
    problems: ['proposal_closed'],
  })
  @NeedsAccess('write')
  async reject(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Param('proposalId') proposalId: string,
    @Body(new ShapePipe(RejectRequest)) { reason }: RejectRequest,
  ): Promise<ProposalItem> {
    return proposalItem(await this.core.proposals.reject(askerOf(caller, workspace), proposalId, reason));
  }

  @Post(':proposalId/withdraw')
  @HttpCode(200)
  @Endpoint({
    summary: "Withdraw a proposal of the caller's",
    scope: 'state:write',
    responses: { 200: { description: 'The proposal is withdrawn.', shape: ProposalItem } },
    problems: ['proposal_closed'],
  })
  @NeedsAccess('write')
  async withdraw(
    @Caller() caller: Principal,
    @InWorkspace() workspace: OpenWorkspace,
    @Param('proposalId') proposalId: string,
  ): Promise<ProposalItem> {
    return proposalItem(await this.core.proposals.withdraw(askerOf(caller, workspace), proposalId));
  }
}

function askerOf({ subject, paths }: Principal, { owner, workspaceId, role }: OpenWorkspace): ProposalAsker {
  const visible = paths.panelsOf(workspaceId);
  return { workspace: { owner, workspaceId }, actor: subject, role, visible };
}
