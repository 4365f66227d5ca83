import { type JsonPatch, type JsonValue, ValidationFailed, parsePointer } from '@nexus-state/documents';
import type { Change } from '../../panels/model';
import { VisiblePanels, isUserId } from '../../workspaces/access';
import type { Approvers } from './proposal';

/** Which changes need approval: those that match everything it names. */
export interface ApprovalRule {
  readonly when: {
    readonly triggeredBy?: string | undefined;
    /** A token's `sub`. */
    readonly actor?: string | undefined;
    /** Patterns over ids of panels. */
    readonly panels?: readonly string[] | undefined;
    /** JSON Pointers in which `*` is any one token and `**` any number of them. */
    readonly pointers?: readonly string[] | undefined;
  };
  readonly need: 'proposal';
  readonly approvers?: Approvers | undefined;
}

/** How many rules a workspace may have. */
export const maxRules = 100;

/** What of a change rules look at. */
export type RuledChange = Pick<Change, 'key' | 'actor' | 'triggeredBy' | 'patch'>;

/**
 * Checks rules that a caller sets.
 * @throws ValidationFailed naming the rule that is wrong
 */
export function checkRules(rules: readonly ApprovalRule[]): void {
  if (rules.length > maxRules) throw invalid('', `must hold at most ${maxRules} rules`);
  rules.forEach(({ when, approvers }, index) => {
    when.pointers?.forEach((pointer, place) => {
      if (parsePointer(pointer) === undefined)
        throw invalid(
          `/${index}/when/pointers/${place}`,
          'must be a JSON Pointer, in which * and ** may stand for tokens',
        );
    });
    if (!approvers) return;
    const { role, users } = approvers;
    if ((role === undefined) === (users === undefined))
      throw invalid(`/${index}/approvers`, 'must have either role or users');
    if (users && !(users.length > 0 && users.every(isUserId)))
      throw invalid(`/${index}/approvers/users`, 'must hold ids of users');
  });
}

/** Whether a change needs approval by a rule. Where a change may reach a pointer, it counts as if it did. */
export function isRuled({ when }: ApprovalRule, { key, actor, triggeredBy, patch }: RuledChange): boolean {
  if (when.triggeredBy !== undefined && when.triggeredBy !== triggeredBy) return false;
  if (when.actor !== undefined && when.actor !== actor) return false;
  if (when.panels && !new VisiblePanels(when.panels).includes(key.panelId)) return false;
  return when.pointers?.some((pointer) => doesReach(patch, parsePointer(pointer) ?? [])) ?? true;
}

function doesReach(patch: JsonPatch, glob: readonly string[]): boolean {
  return patch.some((operation) => {
    const { op, path } = operation;
    if (op === 'test') return false;
    const from = 'from' in operation ? [operation.from] : [];
    if ([path, ...from].some((pointer) => reaches(parsePointer(pointer) ?? [], glob))) {
      // What brings a panel into being reaches what its state holds.
      return path === '' && op === 'add' ? holds(operation.value, glob) : true;
    }
    return false;
  });
}

/** Whether a place is one that a glob names, inside one, or around one. */
function reaches(tokens: readonly string[], glob: readonly string[]): boolean {
  const [wanted, ...rest] = glob;
  if (wanted === undefined || tokens.length === 0) return true;
  if (wanted === '**') return reaches(tokens, rest) || reaches(tokens.slice(1), glob);
  // What comes into an array, or goes, moves the elements behind it.
  const isElement = /^(\d+|-)$/.test(tokens[0] as string) && /^(\d+|-)$/.test(wanted);
  return (wanted === '*' || wanted === tokens[0] || isElement) && reaches(tokens.slice(1), rest);
}

function holds(value: JsonValue, glob: readonly string[]): boolean {
  const [wanted, ...rest] = glob;
  if (wanted === undefined) return true;
  if (wanted === '**' && holds(value, rest)) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([token, member]) =>
    wanted === '**' ? holds(member, glob) : (wanted === '*' || wanted === token) && holds(member, rest),
  );
}

function invalid(pointer: string, message: string): ValidationFailed {
  return new ValidationFailed([{ pointer, message }]);
}
