import {
  type JsonObject,
  type PatchBounds,
  type PatchRequest,
  applyPatch,
  compareStates,
  rebaseUnlessApart,
} from '@nexus-state/documents';
import { MergeConflict, NothingLeft, PanelNotFound, VersionConflict } from '../../errors';
import type { ChangeDraft, CurrentPanel, Decision, RecentChanges, Seen, WriteRequest } from '../group-commit';
import {
  type ChangeType,
  type Limits,
  type ChangeOrigin,
  type StateContent,
  type UndatedChange,
  type HeldPatch,
  type PanelKey,
  type ProposalStub,
  noLimits,
  rebaseWhatHolds,
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
  /** As what the edit proposes what it loses; it proposes nothing where not given. */
  readonly proposes?: ProposalStub | undefined;
}

/** What the author of a stale edit saw, and what has happened since, as far as it was read. */
export interface UnseenHistory {
  readonly base: Pick<StateContent, 'state' | 'stateText'>;
  readonly changes: readonly UndatedChange[];
}

/** Remembers what panels held a moment ago. */
export interface RecentPast {
  /** What a panel held at a version, and its changes up to another one, as far as they are remembered. */
  since(key: PanelKey, version: number, upTo: number): UnseenHistory | undefined;
}

type StaleExpectation = Extract<Expectation, { readonly kind: 'version' }>;

/** What is to be done for an edit, once it is held against the panel. */
export type EditPlan =
  | { readonly plan: 'needs-history' }
  /** Nothing is there: the edit creates the panel. */
  | { readonly plan: 'create'; readonly content: StateContent }
  /** The edit changes what is there. */
  | { readonly plan: 'apply'; readonly existing: CurrentPanel }
  /** The edit is merged over changes that its author had not seen. */
  | { readonly plan: 'merge'; readonly current: CurrentPanel; readonly unseen: UnseenHistory };

/**
 * Decides what an edit makes of a panel: applied as it is where its author saw the newest version, merged with later changes
 * where the policy allows it. Pure.
 * @throws PanelNotFound, PanelAlreadyExists, VersionConflict, VersionRequired
 * @throws PatchFailed, MergeConflict, StateTooLarge, PatchTooCostly, StateTooDeep, UnsupportedValue
 */
export function decideEdit(
  request: EditRequest,
  current: CurrentPanel | undefined,
  seen: Seen<UnseenHistory>,
  limits: Limits,
): Decision {
  const plan = planEdit(request, current, seen);
  if (plan.plan === 'needs-history') return { outcome: 'needs-history' };
  const draft = drafted(request, plan, limits);
  return { outcome: 'change', draft: { ...draft, ...saidBeside(request, draft) } };
}

function drafted(
  request: EditRequest,
  plan: Exclude<EditPlan, { readonly plan: 'needs-history' }>,
  limits: Limits,
): ChangeDraft {
  switch (plan.plan) {
    case 'create':
      return creation(plan.content, request.origin);
    case 'apply':
      return applied(request, plan.existing, limits);
    case 'merge':
      return merged(request, plan.current, plan.unseen, limits);
  }
}

/**
 * Holds an edit against a panel, without a look at its state.
 * @throws PanelNotFound, PanelAlreadyExists, VersionConflict, VersionRequired
 */
export function planEdit(
  request: EditRequest,
  current: CurrentPanel | undefined,
  { recent, history }: Seen<UnseenHistory>,
): EditPlan {
  const { key, edit, expectation } = request;
  const stale = staleExpectation(request, current);
  if (current && stale) {
    const changes = changesSince(stale.version, history, current, recent);
    if (!history || !changes) return { plan: 'needs-history' };
    // The author saw a panel that was deleted since; the one that is here now only has the same name.
    if (changes.some(({ changeType }) => changeType === 'deleted')) {
      throw new VersionConflict(key.panelId, stale.version, current.version);
    }
    return { plan: 'merge', current, unseen: { base: history.base, changes } };
  }
  // A creation expects no panel, whether its author says so or not.
  const expected = edit.kind === 'create' ? ({ kind: 'absent' } as const) : expectation;
  const existing = expectPanel(key.panelId, current, expected);
  if (existing) return { plan: 'apply', existing };
  if (edit.kind === 'create' || edit.kind === 'replace') return { plan: 'create', content: edit.content };
  throw new PanelNotFound(key.panelId);
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

/**
 * What an edit is decided by, with what its author saw and the changes since from memory, where those are at hand. What memory
 * lacks is missed in `planEdit`, and read from the store.
 */
export function withRecent(
  request: EditRequest,
  current: CurrentPanel | undefined,
  seen: Seen<UnseenHistory>,
  recent: RecentPast,
): Seen<UnseenHistory> {
  const stale = seen.history ? undefined : staleExpectation(request, current);
  if (!stale || !current) return seen;
  return { ...seen, history: recent.since(request.key, stale.version, current.version) };
}

/** What an edit makes of the panel as it is. */
function applied({ edit, origin }: EditRequest, existing: CurrentPanel, limits: Limits): ChangeDraft {
  switch (edit.kind) {
    case 'create':
    case 'replace':
    case 'revert': {
      const patch = compareStates(existing.state, edit.content.state);
      return { ...origin, changeType: changeTypeOf(edit), content: edit.content, patch };
    }
    case 'delete':
      return deletion(existing.state, origin);
    default: {
      const { value, patch } = applyPatch(
        existing.state,
        patchFor(edit, existing.state),
        patchBounds(limits, existing),
      );
      return { ...origin, changeType: changeTypeOf(edit), content: stateContent(value, limits), patch };
    }
  }
}

/** What an edit of a panel that is there does to it. */
export function changeTypeOf({ kind }: PreparedEdit): ChangeType {
  if (kind === 'revert') return 'reverted';
  return kind === 'delete' ? 'deleted' : 'updated';
}

/** How large a panel may become while a patch is applied to it. */
function patchBounds({ stateBytes }: Limits, current: CurrentPanel): PatchBounds {
  return { stateBytes, documentBytes: current.stateSizeBytes };
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

/** What the answer says of what an edit lost. */
export function droppedFacts({ conflicts, dropped }: Pick<HeldPatch, 'conflicts' | 'dropped'>): JsonObject {
  return { dropped: conflicts, droppedPatch: dropped } as unknown as JsonObject;
}

/** What is said beside a change: what was asked for, and what the edit lost; and what of that is to be proposed. */
export function saidBeside(
  { facts: asked, proposes }: Pick<EditRequest, 'facts' | 'proposes'>,
  { facts: own, baseVersion }: Pick<ChangeDraft, 'facts' | 'baseVersion'>,
): Pick<ChangeDraft, 'facts' | 'leftOut'> {
  const facts = asked && own ? { ...asked, ...own } : (own ?? asked);
  const patches = own?.['droppedPatch'] as PatchRequest | undefined;
  if (!proposes || !patches || baseVersion === undefined) return { facts };
  return { facts, leftOut: { ...proposes, version: baseVersion, patches } };
}

/** What an edit comes to, merged with what its author had not seen. */
function merged(
  { key, edit, onConflict, origin }: EditRequest,
  current: CurrentPanel,
  { base, changes }: UnseenHistory,
  limits: Limits,
): ChangeDraft {
  const baseVersion = current.version - changes.length;
  const stale = {
    base: base.state,
    incoming: patchFor(edit, base.state),
    applied: changes.map(({ patch }) => patch),
    current: current.state,
    bounds: { stateBytes: limits.stateBytes, documentBytes: Buffer.byteLength(base.stateText) },
    currentBytes: current.stateSizeBytes,
  };
  const draftOf = ({ value, patch }: Pick<HeldPatch, 'value' | 'patch'>): ChangeDraft => {
    return { ...origin, changeType: 'updated', content: stateContent(value, limits), patch, baseVersion };
  };
  if (onConflict === 'yield') {
    const held = rebaseWhatHolds(stale);
    if (held.dropped.length === 0) return draftOf(held);
    if (held.patch.length === 0)
      throw new NothingLeft(key.panelId, baseVersion, current.version, held.conflicts, held.dropped);
    return { ...draftOf(held), facts: droppedFacts(held) };
  }
  const outcome = rebaseUnlessApart({
    ...stale,
    onConflict: onConflict === 'overwrite' ? 'overwrite' : 'merge',
  });
  if (outcome.outcome === 'conflict') {
    throw new MergeConflict(key.panelId, baseVersion, current.version, outcome.conflicts);
  }
  return draftOf(outcome);
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
