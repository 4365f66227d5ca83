import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApprovalRuleItem } from '@nexus-state/contracts';
import { ValidationFailed } from '@nexus-state/documents';
import { Endpoint, ShapePipe } from '@nexus-state/nest-kit';
import { type ApprovalRule, type OpenWorkspace, StateCore } from '@nexus-state/state-core';
import { InWorkspace, NeedsAccess } from '../access/admission.guard';

const rule = new ShapePipe<ApprovalRuleItem>(ApprovalRuleItem);
const rulesSchema = { type: 'array', items: { $ref: '#/components/schemas/ApprovalRuleItem' } };

/** Which changes of a workspace need approval. */
@ApiTags('proposals')
@Controller('api/workspaces/:workspaceId/approval-rules')
export class ApprovalRulesController {
  constructor(private readonly core: StateCore) {}

  @Get()
  @Endpoint({
    summary: 'Read the approval rules of a workspace',
    scope: 'state:read',
    responses: {
      200: { description: 'The rules; none at first.', content: { 'application/json': rulesSchema } },
    },
    problems: [],
  })
  @NeedsAccess('read')
  async read(@InWorkspace() workspace: OpenWorkspace): Promise<ApprovalRuleItem[]> {
    return (await this.core.approval.read(workspace)) as unknown as ApprovalRuleItem[];
  }

  @Put()
  @Endpoint({
    summary: 'Set the approval rules of a workspace',
    scope: 'state:write',
    body: { 'application/json': rulesSchema },
    responses: {
      200: {
        description: 'The rules are set, and every process goes by them.',
        content: { 'application/json': rulesSchema },
      },
    },
    problems: [],
  })
  @NeedsAccess('manage', { existing: true, reach: 'whole' })
  async write(@InWorkspace() workspace: OpenWorkspace, @Body() body: unknown): Promise<ApprovalRuleItem[]> {
    const rules = readRules(body);
    await this.core.approval.setRules(workspace, rules as unknown as readonly ApprovalRule[]);
    return rules;
  }
}

/** @throws ValidationFailed naming what is wrong with which rule */
function readRules(body: unknown): ApprovalRuleItem[] {
  if (!Array.isArray(body)) throw new ValidationFailed([{ pointer: '', message: 'must be a list of rules' }]);
  return body.map((value, index) => {
    try {
      return rule.transform(value);
    } catch (error) {
      if (!(error instanceof ValidationFailed)) throw error;
      throw new ValidationFailed(
        error.errors.map(({ pointer, message }) => ({ pointer: `/${index}${pointer}`, message })),
      );
    }
  });
}
