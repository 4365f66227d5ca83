import type { ContextRequest } from '@nexus-state/contracts';
import type { Caller } from '@nexus-state/state-core';
import { type AskForContext, type OpenWorkspace, VisiblePanels } from '@nexus-state/state-core';
import { type FieldProblem, ValidationFailed, isPointerText } from '@nexus-state/documents';

/**
 * What a body asks for, within what the caller can see.
 * @throws ValidationFailed when a pattern is no JSON Pointer
 */
export function contextAsk(
  caller: Pick<Caller, 'paths'>,
  workspace: OpenWorkspace,
  body: ContextRequest,
): AskForContext {
  const { budgetTokens, tokenizer = 'o200k_base', format = 'markdown', panels, pointers, query } = body;
  const problems = (pointers ?? []).flatMap((pattern, index): FieldProblem[] =>
    isPointerText(pattern) ? [] : [{ pointer: `/pointers/${index}`, message: 'must be a JSON Pointer' }],
  );
  if (problems.length > 0) throw new ValidationFailed(problems);
  const { owner, workspaceId } = workspace;
  const { sinceRevision, include = [sinceRevision === undefined ? 'state' : 'changes'] } = body;
  return {
    workspace: { owner, workspaceId },
    visible: caller.paths.panelsOf(workspaceId),
    budgetTokens,
    vocabulary: tokenizer,
    format,
    panels: panels && new VisiblePanels(panels),
    pointers,
    query,
    sinceRevision,
    include: [...new Set(include)],
  };
}
