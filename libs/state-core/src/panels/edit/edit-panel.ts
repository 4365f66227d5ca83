import type { Proposal, RecentChanges, Tip, Written } from '../group-commit';
import { MergeConflict, PanelNotFound } from '../../errors';
import {
  type JsonObject,
  type JsonValue,
  rebase,
  type JsonPatch,
  type PatchRequest,
  applyPatch,
} from '@nexus-state/documents';
import {
  type Limits,
  type UndatedChange,
  type Origin,
  type PanelKey,
  type StateContent,
  stateContent,
} from '../model';
import { type Expectation, expectPanel, versionMismatch } from './expectation';
import type { WritePorts } from '../panel-ports';
import { type HistoryPorts, pastState } from '../read-version';

/** What becomes of a change that is based on an old version. */
export const conflictPolicies = ['reject', 'merge', 'overwrite'] as const;
export type ConflictPolicy = (typeof conflictPolicies)[number];

/** A change of a panel's state, however it was written down. */
export interface EditPanel {
  readonly key: PanelKey;
  readonly expectation: Expectation;
  readonly onConflict: ConflictPolicy;
  readonly origin: Origin;
  readonly idempotencyKey?: string | undefined;
  /** The edit as a patch, made for the state that its author was looking at. */
  readonly patchFor: (base: JsonObject) => PatchRequest;
  /** What the edit makes of the panel as it stands, where that is known without applying the patch. */
  readonly outcomeFor?: (base: JsonObject) => EditOutcome;
}

/** A new state, and the patch that leads to it. */
export interface EditOutcome {
  readonly content: StateContent;
  readonly patch: JsonPatch;
}

/** What an edit needs. */
export type EditPorts = WritePorts & HistoryPorts;

/** Thrown while deciding, when the changes since the author's version have to be read from the store first. */
class ChangesMissing extends Error {}

/** What the author of a stale edit was looking at, and what has happened since, as far as it was read. */
interface Unseen {
  readonly base: JsonObject;
  readonly changes: readonly UndatedChange[];
}

/** More changes than this since an author's version are not merged over: they must read the panel again. */
const mostUnseenChanges = 5_000;

/**
 * Makes an edit of a panel: at once where its author saw the newest version, merged with what they had not seen where
 * the policy allows it.
 * @throws PatchFailed, PanelNotFound, VersionConflict, PreconditionFailed, VersionRequired, MergeConflict
 * @throws StateTooLarge, StateTooDeep, UnsupportedValue, TooMuchContention, Unavailable
 */
export async function editPanel(edit: EditPanel, ports: EditPorts): Promise<Written> {
  const { key, expectation, idempotencyKey } = edit;
  const seenVersion = expectation.kind === 'version' ? expectation.version : undefined;
  let unseen: Unseen | undefined;
  for (;;) {
    try {
      return await ports.commit.write(
        key,
        (current, recent) => decide(edit, current, recent, unseen, ports),
        idempotencyKey,
        seenVersion,
      );
    } catch (error) {
      if (!(error instanceof ChangesMissing) || seenVersion === undefined) throw error;
      unseen = await readUnseen(key, seenVersion, unseen, ports);
    }
  }
}

function decide(
  edit: EditPanel,
  current: Tip | undefined,
  recent: RecentChanges,
  unseen: Unseen | undefined,
  { limits }: EditPorts,
): Proposal {
  const { key, expectation, onConflict, origin } = edit;
  if (!current || !isStale(expectation, current) || onConflict === 'reject') {
    const existing = expectPanel(key.panelId, current, expectation);
    if (!existing) throw new PanelNotFound(key.panelId);
    const { outcomeFor = (base: JsonObject) => patched(edit, base, limits) } = edit;
    return { ...origin, changeType: 'updated', ...outcomeFor(existing.state) };
  }
  const baseVersion = expectation.version;
  const changes = changesSince(baseVersion, unseen, { ...recent, current });
  if (!unseen || !changes) throw new ChangesMissing();
  // The author looked at a panel that was deleted since; the one that is here now only has the same name.
  if (changes.some(({ changeType }) => changeType === 'deleted')) {
    throw versionMismatch(key.panelId, current.version, expectation);
  }
  const { value, patch } = merged(edit, current, unseen.base, changes, onConflict);
  return { ...origin, changeType: 'updated', content: stateContent(value, limits), patch, baseVersion };
}

function patched({ patchFor }: EditPanel, base: JsonObject, limits: Limits): EditOutcome {
  const { value, patch } = applyPatch(base, patchFor(base));
  return { content: stateContent(value, limits), patch };
}

function isStale(
  expectation: Expectation,
  current: Tip,
): expectation is Extract<Expectation, { readonly kind: 'version' }> {
  return expectation.kind === 'version' && !current.deleted && expectation.version < current.version;
}

/**
 * Every change after the base up to the panel that is decided on; undefined when not all of them are at hand. What the
 * panel was just made of goes before what was read: where another process was faster, the store has other changes
 * under the same versions, and this decision will be taken again.
 */
function changesSince(
  baseVersion: number,
  unseen: Unseen | undefined,
  { newest, current }: RecentChanges & { readonly current: Tip },
): readonly UndatedChange[] | undefined {
  const firstAtHand = current.version - newest.length + 1;
  const atHand = newest.slice(Math.max(0, baseVersion + 1 - firstAtHand));
  const read = (unseen?.changes ?? []).filter(({ version }) => version < firstAtHand);
  return read.length + atHand.length === current.version - baseVersion ? [...read, ...atHand] : undefined;
}

function merged(
  { key, patchFor }: EditPanel,
  current: Tip,
  base: JsonObject,
  changes: readonly UndatedChange[],
  onConflict: 'merge' | 'overwrite',
): { readonly value: JsonValue; readonly patch: JsonPatch } {
  const outcome = rebase({
    base,
    incoming: patchFor(base),
    applied: changes.map(({ patch }) => patch),
    current: current.state,
    onConflict,
  });
  if (outcome.outcome === 'conflict') {
    throw new MergeConflict(
      key.panelId,
      current.version - changes.length,
      current.version,
      outcome.conflicts,
    );
  }
  return outcome;
}

async function readUnseen(
  key: PanelKey,
  baseVersion: number,
  known: Unseen | undefined,
  ports: EditPorts,
): Promise<Unseen> {
  const base = known?.base ?? (await pastState(key, { version: baseVersion }, ports)).state;
  const read = known?.changes ?? [];
  const newer = await ports.store.changesSince(key, baseVersion + read.length, mostUnseenChanges);
  const changes = [...read, ...newer];
  if (changes.length >= mostUnseenChanges) {
    const expectation = { kind: 'version', version: baseVersion, from: 'body' } as const;
    throw versionMismatch(key.panelId, baseVersion + changes.length, expectation);
  }
  return { base, changes };
}
