import { IsArray, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { ObjectOf } from './common';

/** Which changes a rule matches: those that match everything it names. */
export class RuleCondition {
  @IsOptional()
  @IsString()
  @MaxLength(64)
  triggeredBy?: string;

  /** The `sub` of a token. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  actor?: string;

  /** Ids of panels, in which `*` stands for any characters. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  panels?: string[];

  /** JSON Pointers in which `*` is one token and `**` any number of them. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  pointers?: string[];
}

/** Who may approve: whoever has a role, or some users. */
export class RuleApprovers {
  @IsOptional()
  @IsIn(['editor', 'admin', 'owner'])
  role?: 'editor' | 'admin' | 'owner';

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  users?: string[];
}

/** A rule: matching changes become proposals. */
export class ApprovalRuleItem {
  @ObjectOf(RuleCondition)
  when: RuleCondition;

  @IsIn(['proposal'])
  need: 'proposal';

  /** Who may approve; without it, whoever may write. Nobody approves their own. */
  @IsOptional()
  @ObjectOf(RuleApprovers)
  approvers?: RuleApprovers;
}
