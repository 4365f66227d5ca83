import type { ApprovalRule } from '@nexus-state/react';

/** Who decides: whoever may write, whoever has a role, or some users. */
export type Approvers = 'anyone' | 'editor' | 'admin' | 'owner' | 'users';

/** A rule as it is edited: texts, in which an empty one names nothing. */
export interface RuleDraft {
  readonly triggeredBy: string;
  readonly actor: string;
  /** Patterns of ids, with commas between. */
  readonly panels: string;
  /** Patterns of JSON Pointers, one a line. */
  readonly pointers: string;
  readonly approvers: Approvers;
  /** Ids of users, with commas between. */
  readonly users: string;
}

/** A rule that names nothing yet. */
export const emptyRule: RuleDraft = {
  triggeredBy: 'ai',
  actor: '',
  panels: '',
  pointers: '',
  approvers: 'anyone',
  users: '',
};

/** A rule as texts. */
export function draftOf({ when, approvers }: ApprovalRule): RuleDraft {
  return {
    triggeredBy: when.triggeredBy ?? '',
    actor: when.actor ?? '',
    panels: when.panels?.join(', ') ?? '',
    pointers: when.pointers?.join('\n') ?? '',
    approvers: approvers?.users ? 'users' : (approvers?.role ?? 'anyone'),
    users: approvers?.users?.join(', ') ?? '',
  };
}

/** The rule that texts say. */
export function ruleOf({ triggeredBy, actor, panels, pointers, approvers, users }: RuleDraft): ApprovalRule {
  const panelList = listed(panels, ',');
  const pointerList = listed(pointers, '\n');
  return {
    when: {
      ...(triggeredBy === '' ? {} : { triggeredBy }),
      ...(actor.trim() === '' ? {} : { actor: actor.trim() }),
      ...(panelList.length > 0 ? { panels: panelList } : {}),
      ...(pointerList.length > 0 ? { pointers: pointerList } : {}),
    },
    need: 'proposal',
    ...approversOf(approvers, users),
  };
}

/** Whether two lists say the same, however they are written. */
export function areSame(some: readonly ApprovalRule[], others: readonly ApprovalRule[]): boolean {
  const textOf = (rules: readonly ApprovalRule[]) =>
    JSON.stringify(rules.map((rule) => ruleOf(draftOf(rule))));
  return textOf(some) === textOf(others);
}

function approversOf(approvers: Approvers, users: string): Pick<ApprovalRule, 'approvers'> {
  if (approvers === 'anyone') return {};
  return { approvers: approvers === 'users' ? { users: listed(users, ',') } : { role: approvers } };
}

const listed = (text: string, separator: string): string[] =>
  text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');

const triggers: Readonly<Record<string, string>> = { user: 'people', ai: 'AI', system: 'the system' };
const roles = { editor: 'an editor', admin: 'an admin', owner: 'the owner' } as const;

/** A rule as a sentence. */
export function sentenceOf({ when, approvers }: ApprovalRule): string {
  const { triggeredBy, actor, panels, pointers } = when;
  const trigger = triggeredBy && (triggers[triggeredBy] ?? `"${triggeredBy}"`);
  const by = [actor, trigger].filter(Boolean);
  const where = [panels && `in ${panels.join(', ')}`, pointers && `at ${pointers.join(', ')}`].filter(
    Boolean,
  );
  const who = approvers?.users
    ? approvers.users.join(' or ')
    : approvers?.role
      ? roles[approvers.role]
      : 'somebody else who may write';
  const changes = ['Changes', by.length > 0 && `by ${by.join(' as ')}`, ...where].filter(Boolean).join(' ');
  return `${changes} need the approval of ${who}.`;
}
