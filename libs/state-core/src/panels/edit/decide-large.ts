import {
  type Conflict,
  type JsonPatch,
  type JsonValue,
  type PatchRequest,
  largeSourceOf,
} from '@nexus-state/documents';
import { FairTurns } from '../../concurrency';
import { MergeConflict, NothingLeft } from '../../errors';
import type { ChangeDraft, CurrentPanel, Decision, Seen } from '../group-commit';
import { type ChangedText, type ConflictText, type EditText, type LargeWork, conflictOf } from '../large';
import {
  type Limits,
  type PatchText,
  type UndatedChange,
  contentOfText,
  creationText,
  extended,
  isLarge,
  noLimits,
  operationsOf,
  patchTextOf,
  withLazyPatch,
} from '../model';
import {
  type EditPlan,
  type EditRequest,
  type UnseenHistory,
  changeTypeOf,
  creation,
  decideEdit,
  droppedFacts,
  saidBeside,
  planEdit,
} from './decide-edit';
import type { PreparedEdit } from './prepare-edit';

/** What deciding needs. */
interface Work {
  readonly limits: Limits;
  readonly large: LargeWork;
}

/** What an edit is decided by that may not be merged. */
export const nothingSeen: Seen<UnseenHistory> = { recent: { newest: [] }, history: undefined };

/** Merging over more operations than this takes long, however few bytes they have. */
const manyOperations = 500;

/**
 * Decides as `decideEdit` does: at once what is small, and the rest without holding up other requests.
 * @throws what `decideEdit` throws, at once or later; Unavailable
 */
export function decideFairly(
  request: EditRequest,
  current: CurrentPanel | undefined,
  seen: Seen<UnseenHistory>,
  work: Work,
): Decision | Promise<Decision> {
  if (!isLargeEdit(request.edit) && !isLargePanel(current) && !isLargeHistory(seen.history))
    return decideEdit(request, current, seen, work.limits);
  const plan = planEdit(request, current, seen);
  if (plan.plan === 'needs-history') return { outcome: 'needs-history' };
  return draftOf(request, plan, work).then((draft) => ({
    outcome: 'change',
    draft: extended(draft, saidBeside(request, draft), draft.largePatch?.text.length ?? 0),
  }));
}

function isLargePanel(panel: CurrentPanel | undefined): boolean {
  return isLarge(panel?.stateText?.length ?? panel?.stateSizeBytes);
}

function isLargeEdit(edit: PreparedEdit): boolean {
  return 'content' in edit ? isLarge(edit.content.stateSizeBytes) : sourceOf(edit) !== undefined;
}

function isLargeHistory(history: UnseenHistory | undefined): boolean {
  if (!history) return false;
  const { base, changes } = history;
  const operations = changes.reduce((sum, change) => sum + operationsOf(change), 0);
  const bytes = changes.reduce((sum, { changeSizeBytes }) => sum + changeSizeBytes, base.stateText.length);
  return isLarge(bytes) || operations > manyOperations;
}

function sourceOf(edit: PreparedEdit): string | undefined {
  if (edit.kind === 'patch') return largeSourceOf(edit.patch);
  return edit.kind === 'merge-patch' ? largeSourceOf(edit.document) : undefined;
}

async function draftOf(
  request: EditRequest,
  plan: Exclude<EditPlan, { readonly plan: 'needs-history' }>,
  work: Work,
): Promise<ChangeDraft> {
  const { origin } = request;
  switch (plan.plan) {
    case 'create': {
      const { content } = plan;
      if (!isLarge(content.stateSizeBytes)) return creation(content, origin);
      return withPatch({ ...origin, changeType: 'created', content }, creationText(content.stateText));
    }
    case 'apply':
      return applied(request, plan.existing, work);
    case 'merge':
      return merged(request, plan, work);
  }
}

async function applied(
  { edit, origin }: EditRequest,
  existing: CurrentPanel,
  { limits, large }: Work,
): Promise<ChangeDraft> {
  const stateText = textOf(existing);
  const changeType = changeTypeOf(edit);
  switch (edit.kind) {
    case 'create':
    case 'replace':
    case 'revert': {
      const patch = await large.compare(stateText, edit.content.stateText);
      return withPatch({ ...origin, changeType, content: edit.content }, patch);
    }
    case 'delete': {
      const content = contentOfText(await large.content(stateText, noLimits));
      return { ...origin, changeType, content, patch: [{ op: 'remove', path: '' }] };
    }
    default: {
      const { stateSizeBytes } = existing;
      return changed(
        { ...origin, changeType },
        await large.apply({ stateText, stateSizeBytes, edit: editText(edit), limits }),
      );
    }
  }
}

async function merged(
  { key, edit, onConflict, origin }: EditRequest,
  { current, unseen }: Extract<EditPlan, { readonly plan: 'merge' }>,
  { limits, large }: Work,
): Promise<ChangeDraft> {
  const baseVersion = current.version - unseen.changes.length;
  const outcome = await large.merge({
    base: unseen.base.stateText,
    edit: editText(edit),
    applied: await patchTexts(unseen.changes),
    current: textOf(current),
    onConflict: onConflict === 'reject' ? 'merge' : onConflict,
    limits,
  });
  const conflicts = outcome.outcome === 'changed' ? [] : outcome.conflicts.map(conflictOf);
  if (outcome.outcome === 'changed')
    return changed({ ...origin, changeType: 'updated', baseVersion }, outcome);
  if (outcome.outcome === 'held') {
    const dropped = JSON.parse(outcome.dropped) as PatchRequest;
    if (!outcome.changed)
      throw new NothingLeft(key.panelId, baseVersion, current.version, conflicts, dropped);
    const facts = droppedFacts({ conflicts: outcome.conflicts.map(plainConflict), dropped });
    return changed({ ...origin, changeType: 'updated', baseVersion, facts }, outcome.changed);
  }
  throw new MergeConflict(key.panelId, baseVersion, current.version, conflicts);
}

type Draft = Omit<ChangeDraft, 'patch' | 'largePatch'>;

function changed(draft: Omit<Draft, 'content'>, { content, patch }: ChangedText): ChangeDraft {
  return withPatch({ ...draft, content: contentOfText(content) }, patch);
}

function withPatch(draft: Draft, patch: PatchText): ChangeDraft {
  if (!isLarge(patch.text.length)) return { ...draft, patch: JSON.parse(patch.text) as JsonPatch };
  return withLazyPatch({ ...draft, largePatch: patch });
}

/** The patches as texts, a few at a time: there may be thousands. */
async function patchTexts(changes: readonly UndatedChange[]): Promise<string[]> {
  const turns = new FairTurns();
  const texts: string[] = [];
  for (const change of changes) {
    texts.push(patchTextOf(change));
    await turns.pause();
  }
  return texts;
}

function plainConflict({ path, yours, theirs }: ConflictText): Conflict {
  return {
    path,
    ...(yours === undefined ? {} : { yours: JSON.parse(yours) as JsonValue }),
    ...(theirs === undefined ? {} : { theirs: JSON.parse(theirs) as JsonValue }),
  };
}

function textOf(panel: CurrentPanel): string {
  // Not taken apart: a state that is parsed when it is asked for would be parsed.
  return panel.stateText ?? JSON.stringify(panel.state);
}

function editText(edit: PreparedEdit): EditText {
  switch (edit.kind) {
    case 'patch':
      return { kind: 'patch', text: sourceOf(edit) ?? JSON.stringify(edit.patch) };
    case 'merge-patch':
      return { kind: 'merge-patch', text: sourceOf(edit) ?? JSON.stringify(edit.document) };
    case 'delete':
      throw new Error('A deletion has no text.');
    default:
      return { kind: 'replace', text: edit.content.stateText };
  }
}
