import { type Conflict, type JsonPatch, applyPatch } from '@nexus-state/documents';
import { FairTurns } from '../concurrency';
import { ProposalClosed, TransactionContention, TurnEnded, UndoTooExpensive } from '../errors';
import { type BulkChangePorts, announceTogether, creation, deletion } from '../panels/edit';
import { announcing } from '../panels/announce-changes';
import { type ChangeDraft, PendingChanges } from '../panels/group-commit';
import {
  type Appended,
  type Change,
  type ChangeOrigin,
  type Companion,
  type Panel,
  type PanelKey,
  type WorkspaceKey,
  bringsIntoBeing,
  extended,
  noLimits,
  stateContent,
} from '../panels/model';
import type { ChangeFeed, FeedFilter } from '../panels/ports';
import { type HistoryPorts, pastContent } from '../panels/read-version';
import { type Proposable, orPropose } from '../proposals';
import type { ProposedChange } from '../proposals/model';
import type { Proposer } from '../proposals/ports';
import type { SnapshotTriggers } from '../snapshots';
import type { VisiblePanels } from '../workspaces/access';
import { type PastStep, type TakenBack, takeBack } from './model';

/** Which changes to take back. */
export interface UndoCriteria {
  readonly filter: FeedFilter;
  /** Only changes of panels that the caller can see. */
  readonly visible: VisiblePanels;
  /** Only changes behind this revision. */
  readonly after: number;
  /** Only changes up to this revision. */
  readonly upTo?: number | undefined;
  /** Only changes at or after, and at or before, these instants (RFC 3339). */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** Takes changes back. */
export interface Undo {
  readonly workspace: WorkspaceKey;
  readonly criteria: UndoCriteria;
  readonly origin: ChangeOrigin;
  /** Whether it is only said what would happen. */
  readonly preview: boolean;
  /** The turn that is aborted with it, where there is one. */
  readonly turnId?: string | undefined;
}

/** A panel that was changed. */
export interface UndonePanel {
  readonly panelId: string;
  readonly version: number;
  readonly patch: JsonPatch;
}

/** What could not be taken back without touching what others wrote since. */
export interface UndoConflict extends Conflict {
  readonly panelId: string;
}

/** What taking back came to. */
export interface Undone {
  /** The revision that its changes make together; undefined where there are none, and in a preview. */
  readonly revision: number | undefined;
  readonly undone: readonly UndonePanel[];
  readonly conflicts: readonly UndoConflict[];
  readonly preview: boolean;
}

/** What taking back needs. */
export type UndoPorts = BulkChangePorts &
  HistoryPorts & {
    readonly feed: ChangeFeed;
    readonly triggers: Pick<SnapshotTriggers, 'changed' | 'before'>;
    readonly proposer: Proposer;
  };

/** How many changes may be taken back at once, and how many changes of their panels are looked at for it. */
export const undoLimits = { taken: 10_000, steps: 20_000 } as const;

const pageSize = 500;
const attempts = 10;

/** What is to be written to take changes back. */
interface Plan {
  readonly written: readonly PendingChanges[];
  readonly conflicts: readonly UndoConflict[];
  /** How many changes are taken back. */
  readonly taken: number;
}

/**
 * Takes exactly the matching changes back, in one transaction, and keeps all others: by their inverse patches, merged over everything
 * since. What collides with what others wrote since is left, and listed. Panels that they deleted come back, and panels that they
 * made go.
 * @throws ProposedInstead where an approval rule holds some of it back: then all of it waits; TurnEnded where the turn that is to be aborted with it is not open; UndoTooExpensive, TransactionContention, Unavailable
 */
export async function undo(command: Undo, ports: UndoPorts): Promise<Undone> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const announce = announcing(ports);
    const plan = await planOf(command, ports);
    const { conflicts, written } = plan;
    const undone = written.map(undonePanel);
    if (command.preview) return { revision: undefined, undone, conflicts, preview: true };
    if (written.length === 0 && command.turnId === undefined)
      return { revision: undefined, undone, conflicts, preview: false };
    await secure(command, written, ports);
    const appended = await ports.mutexes.take(
      written.map(({ key }) => key),
      () => appendOrPropose(command, plan, ports),
    );
    if (!appended) continue;
    await announceTogether({ written, appended, announce });
    return {
      revision: written.length > 0 ? appended.revision : undefined,
      undone,
      conflicts,
      preview: false,
    };
  }
  throw new TransactionContention(attempts);
}

/** Thrown where a turn has other changes by now than those that an abort was to take back. */
class TurnWentOn extends Error {}

/**
 * Takes changes back, or proposes to. A turn is over with its abort, also where that becomes a proposal: what the proposal takes back
 * is all that the turn did.
 * @returns undefined where others were first
 */
async function appendOrPropose(command: Undo, plan: Plan, ports: UndoPorts): Promise<Appended | undefined> {
  const ended = async () => {
    if (command.turnId === undefined) return;
    if (!(await append(command, { ...plan, written: [] }, ports))) throw new TurnWentOn();
  };
  try {
    const toPropose = proposable(command, plan.written, ended);
    return await orPropose(toPropose, ports.proposer, () => append(command, plan, ports));
  } catch (error) {
    if (error instanceof TurnWentOn) return undefined;
    throw error;
  }
}

/** @param before what happens before it is proposed */
function proposable(
  { workspace, origin, turnId }: Undo,
  written: readonly PendingChanges[],
  before: () => Promise<void>,
): Proposable {
  const title = turnId === undefined ? 'Undo' : `Abort of turn ${turnId}`;
  const changes = written.map((pending): ProposedChange => {
    const { panelId } = pending.key;
    const [change] = pending.changes;
    const made = pending.current;
    if (!change || !made) throw new Error('There is nothing to propose.');
    if (made.deleted) return { panelId, version: change.previousVersion, delete: true };
    if (bringsIntoBeing(change)) return { panelId, version: 0, state: made.state };
    return { panelId, version: change.previousVersion, patches: change.patch };
  });
  return { workspace, title, origin, changes: () => before().then(() => changes) };
}

/** A snapshot is taken before panels go, as before every deletion. */
async function secure(
  { workspace, origin }: Undo,
  written: readonly PendingChanges[],
  { triggers }: UndoPorts,
): Promise<void> {
  if (written.some(({ current }) => current?.deleted))
    await triggers.before('deletion', workspace, origin.actor);
}

async function append(
  { workspace, turnId }: Undo,
  { written, taken }: Plan,
  { store }: UndoPorts,
): Promise<Appended | undefined> {
  const companion: Companion | undefined =
    turnId === undefined ? undefined : { kind: 'abort-turn', workspace, turnId, changes: taken };
  const batch = written.map((pending) => pending.toAppend());
  const outcome = await store.appendTogether(batch, [], undefined, undefined, { companion });
  if (outcome.outcome === 'turn-ended') throw new TurnEnded(turnId ?? '', 'closed');
  if (outcome.outcome === 'proposal-closed') throw new ProposalClosed('');
  return outcome.outcome === 'appended' ? outcome : undefined;
}

function undonePanel({ key, changes }: PendingChanges): UndonePanel {
  const change = changes[0] as Pick<Change, 'version' | 'patch'>;
  return { panelId: key.panelId, version: change.version, patch: change.patch };
}

async function planOf({ workspace, criteria, origin }: Undo, ports: UndoPorts): Promise<Plan> {
  const { versions, taken } = await matching(workspace, criteria, ports);
  const panels = await ports.store.readMany(workspace, [...versions.keys()]);
  const written: PendingChanges[] = [];
  const conflicts: UndoConflict[] = [];
  const turns = new FairTurns();
  const steps = { left: undoLimits.steps };
  for (const [panelId, taking] of [...versions].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const key = { ...workspace, panelId };
    const panel = panels.get(panelId);
    if (!panel) continue;
    const outcome = await takenBack(key, panel, taking, steps, ports);
    conflicts.push(...outcome.conflicts.map((conflict) => ({ panelId, ...conflict })));
    const draft = draftOf(outcome, panel, origin);
    if (draft) {
      const pending = new PendingChanges(key, panel);
      pending.add(draft);
      written.push(pending);
    }
    await turns.pause();
  }
  return { written, conflicts, taken };
}

/** The versions of each panel whose changes match. */
async function matching(
  workspace: WorkspaceKey,
  { filter, visible, after, upTo = Infinity, since, until }: UndoCriteria,
  { feed }: UndoPorts,
): Promise<{ readonly versions: ReadonlyMap<string, ReadonlySet<number>>; readonly taken: number }> {
  const versions = new Map<string, Set<number>>();
  let taken = 0;
  const [first, last] = [instantOf(since, -Infinity), instantOf(until, Infinity)];
  for (let position: { readonly revision: number } = { revision: after }; ;) {
    const page = await feed.read(workspace, { after: position, limit: pageSize, visible, filter });
    for (const { key, version, revision, occurredAt } of page?.entries ?? []) {
      const at = Date.parse(occurredAt);
      if (revision > upTo || at < first || at > last) continue;
      if (++taken > undoLimits.taken) throw new UndoTooExpensive(undoLimits.taken);
      const ofPanel = versions.get(key.panelId) ?? new Set();
      versions.set(key.panelId, ofPanel.add(version));
    }
    if (!page?.more || page.end.revision >= upTo) return { versions, taken };
    position = page.end;
  }
}

function instantOf(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : Date.parse(text);
}

/** What is left to do for one panel. */
async function takenBack(
  key: PanelKey,
  panel: Panel,
  taking: ReadonlySet<number>,
  left: { left: number },
  ports: UndoPorts,
): Promise<TakenBack> {
  const first = Math.min(...taking);
  const changes: Change[] = [];
  while (first - 1 + changes.length < panel.version) {
    const page = await ports.store.changesSince(key, first - 1 + changes.length, pageSize);
    changes.push(...page.filter(({ version }) => version <= panel.version));
    if (changes.length > left.left) throw new UndoTooExpensive(undoLimits.steps);
    if (page.length === 0) throw new Error('The history of a panel ends before its version.');
  }
  left.left -= changes.length;
  const before = bringsIntoBeing(changes[0] as Change)
    ? undefined
    : (await pastContent(key, { version: first - 1 }, ports)).state;
  return takeBack(
    before,
    changes.map((change) => stepOf(change, taking.has(change.version))),
  );
}

function stepOf(change: Change, taken: boolean): PastStep {
  const { changeType, patch } = change;
  if (changeType === 'deleted') return { kind: 'deleted', patch, taken };
  return { kind: bringsIntoBeing(change) ? 'made' : 'changed', patch, taken };
}

/** What has been accepted once is within limits, so they are not looked at. */
function draftOf(outcome: TakenBack, panel: Panel, origin: ChangeOrigin): ChangeDraft | undefined {
  switch (outcome.outcome) {
    case 'nothing':
      return undefined;
    case 'delete':
      return deletion(panel.state, origin);
    case 'make': {
      const content = stateContent(outcome.state, noLimits);
      return extended(creation(content, origin), { changeType: 'reverted' } as const, content.stateSizeBytes);
    }
    case 'change': {
      const { value, patch } = applyPatch(panel.state, outcome.patch);
      return { ...origin, changeType: 'reverted', content: stateContent(value, noLimits), patch };
    }
  }
}
