import { type JsonObject, type PatchBounds, applyPatch, compareStates, rebase } from '@nexus-state/documents';
import { MergeConflict, PanelNotFound, VersionConflict } from '../../errors';
import type { ChangeDraft, CurrentPanel, Decision, RecentChanges, Seen, WriteRequest } from '../group-commit';
import {
  type Limits,
  type ChangeOrigin,
  type StateContent,
  type UndatedChange,
  noLimits,
  stateContent,
} from '../model';
import type { ConflictPolicy } from './edit';
import { type Expectation, expectPanel } from './expectation';
import { type PreparedEdit, patchFor } from './prepare-edit';

/** An edit of one panel that waits to be decided and stored. */
export interface EditRequest extends WriteRequest {
  readonly edit: PreparedEdit;
  readonly expectation: Expectation;
  readonly onConflict: ConflictPolicy;
  readonly origin: ChangeOrigin;
  /** What the answer says beside the change; a repeated request gets it, too. */
  readonly facts?: JsonObject | undefined;
}

/** What the author of a stale edit saw, and what has happened since, as far as it was read. */
export interface UnseenHistory {
  readonly base: JsonObject;
  readonly changes: readonly UndatedChange[];
}

type StaleExpectation = Extract<Expectation, { readonly kind: 'version' }>;

/**
 * Decides what an edit makes of a panel: applied as it is where its author saw the newest version, merged with later changes
 * where the policy allows it. Pure.
 * @throws PanelNotFound, PanelAlreadyExists, VersionConflict, VersionRequired
 * @throws PatchFailed, MergeConflict, StateTooLarge, PatchTooCostly, StateTooDeep, UnsupportedValue
 */
export function decideEdit(
  request: EditRequest,
  current: CurrentPanel | undefined,
  { recent, history }: Seen<UnseenHistory>,
  limits: Limits,
): Decision {
  const { facts } = request;
  const stale = staleExpectation(request, current);
  if (!current || !stale) {
    return { outcome: 'change', draft: { ...applied(request, current, limits), facts } };
  }
  const changes = changesSince(stale.version, history, current, recent);
  if (!history || !changes) return { outcome: 'needs-history' };
  // The author saw a panel that was deleted since; the one that is here now only has the same name.
  if (changes.some(({ changeType }) => changeType === 'deleted')) {
    throw new VersionConflict(request.key.panelId, stale.version, current.version);
  }
  return { outcome: 'change', draft: merged(request, current, { base: history.base, changes }, limits) };
}

/** What an edit expects, where that is an old version and the edit may be merged. Reverts and deletions never are. */
function staleExpectation(
  { edit, expectation, onConflict }: EditRequest,
  current: CurrentPanel | undefined,
): StaleExpectation | undefined {
  if (onConflict === 'reject' || edit.kind === 'revert' || edit.kind === 'delete') return undefined;
  if (expectation.kind !== 'version' || !current || current.deleted) return undefined;
  return expectation.version < current.version ? expectation : undefined;
}

/** What an edit makes of the panel as it is, if the panel is what the edit expects. */
function applied(
  { key, edit, expectation, origin }: EditRequest,
  current: CurrentPanel | undefined,
  limits: Limits,
): ChangeDraft {
  const existing = expectPanel(
    key.panelId,
    current,
    // A creation expects no panel, whether its author says so or not.
    edit.kind === 'create' ? { kind: 'absent' } : expectation,
  );
  if (!existing) {
    if (edit.kind === 'create' || edit.kind === 'replace') return creation(edit.content, origin);
    throw new PanelNotFound(key.panelId);
  }
  switch (edit.kind) {
    case 'create':
    case 'replace':
    case 'revert': {
      const changeType = edit.kind === 'revert' ? 'reverted' : 'updated';
      const patch = compareStates(existing.state, edit.content.state);
      return { ...origin, changeType, content: edit.content, patch };
    }
    case 'delete':
      return deletion(existing.state, origin);
    default: {
      const { value, patch } = applyPatch(
        existing.state,
        patchFor(edit, existing.state),
        patchBounds(limits, existing),
      );
      return { ...origin, changeType: 'updated', content: stateContent(value, limits), patch };
    }
  }
}

/** How large a panel may become while a patch is applied to it. */
function patchBounds({ stateBytes }: Limits, current?: CurrentPanel): PatchBounds {
  return { stateBytes, documentBytes: current?.stateSizeBytes };
}

/** The change that brings a panel into being. */
export function creation(content: StateContent, origin: ChangeOrigin): ChangeDraft {
  return {
    ...origin,
    changeType: 'created',
    content,
    patch: [{ op: 'add', path: '', value: content.state }],
  };
}

/** The change that ends a panel; it keeps what the panel held. */
export function deletion(state: JsonObject, origin: ChangeOrigin): ChangeDraft {
  const content = stateContent(state, noLimits);
  return { ...origin, changeType: 'deleted', content, patch: [{ op: 'remove', path: '' }] };
}

/** What an edit comes to, merged with what its author had not seen. */
function merged(
  { key, edit, onConflict, origin }: EditRequest,
  current: CurrentPanel,
  { base, changes }: UnseenHistory,
  limits: Limits,
): ChangeDraft {
  const baseVersion = current.version - changes.length;
  const outcome = rebase({
    base,
    incoming: patchFor(edit, base),
    applied: changes.map(({ patch }) => patch),
    current: current.state,
    onConflict: onConflict === 'overwrite' ? 'overwrite' : 'merge',
    bounds: patchBounds(limits),
  });
  if (outcome.outcome === 'conflict') {
    throw new MergeConflict(key.panelId, baseVersion, current.version, outcome.conflicts);
  }
  const { value, patch } = outcome;
  return { ...origin, changeType: 'updated', content: stateContent(value, limits), patch, baseVersion };
}

/**
 * Every change after the base up to the panel that is decided on; undefined when not all of them are at hand. Changes that
 * wait to be stored go before those that were read: where another process was faster, the store has other changes under
 * the same versions, and this decision will be taken again.
 */
function changesSince(
  baseVersion: number,
  history: UnseenHistory | undefined,
  current: CurrentPanel,
  { newest }: RecentChanges,
): readonly UndatedChange[] | undefined {
  const firstAtHand = current.version - newest.length + 1;
  const atHand = newest.slice(Math.max(0, baseVersion + 1 - firstAtHand));
  const read = (history?.changes ?? []).filter(({ version }) => version < firstAtHand);
  return read.length + atHand.length === current.version - baseVersion ? [...read, ...atHand] : undefined;
}
