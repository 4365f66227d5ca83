import { type Conflict, applyPatch } from '@nexus-state/documents';
import { FairTurns } from '../concurrency';
import { UndoTooExpensive } from '../errors';
import { creation, deletion } from '../panels/edit';
import { type ChangeDraft, PendingChanges } from '../panels/group-commit';
import {
  type Change,
  type ChangeOrigin,
  type Panel,
  type PanelKey,
  type WorkspaceKey,
  bringsIntoBeing,
  extended,
  noLimits,
  stateContent,
} from '../panels/model';
import type { ChangeFeed, FeedFilter, PanelStore } from '../panels/ports';
import { type HistoryPorts, pastContent } from '../panels/read-version';
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

/** What could not be taken back without touching what others wrote since. */
export interface UndoConflict extends Conflict {
  readonly panelId: string;
}

/** What is to be written to take changes back. */
export interface UndoPlan {
  readonly written: readonly PendingChanges[];
  readonly conflicts: readonly UndoConflict[];
  /** How many changes are taken back. */
  readonly taken: number;
}

/** What planning needs. */
export type PlanPorts = HistoryPorts & { readonly store: PanelStore; readonly feed: ChangeFeed };

/** How many changes may be taken back at once, and how many changes of their panels are looked at for it. */
export const undoLimits = { taken: 10_000, steps: 20_000 } as const;

const pageSize = 500;
/**
 * What is to be written to take exactly the matching changes back, by their inverse patches, merged over everything since.
 * @throws UndoTooExpensive, Unavailable
 */
export async function planUndo(
  workspace: WorkspaceKey,
  criteria: UndoCriteria,
  origin: ChangeOrigin,
  ports: PlanPorts,
): Promise<UndoPlan> {
  const { versions, taken } = await matching(workspace, criteria, ports);
  const panels = await ports.store.readMany(workspace, [...versions.keys()]);
  const written: PendingChanges[] = [];
  const conflicts: UndoConflict[] = [];
  const turns = new FairTurns();
  const steps = { left: undoLimits.steps };
  const wholeTurns = new WholeTurns(workspace, criteria.visible, ports.feed);
  for (const [panelId, taking] of [...versions].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const key = { ...workspace, panelId };
    const panel = panels.get(panelId);
    if (!panel) continue;
    const outcome = await takenBack(key, panel, taking, steps, { ...ports, wholeTurns });
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
  { feed }: PlanPorts,
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
  ports: PlanPorts & { readonly wholeTurns: WholeTurns },
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
  const aborts = await abortsAmong(changes, taking, ports.wholeTurns);
  return takeBack(
    before,
    changes.map((change) => stepOf(change, taking.has(change.version) || aborts.has(change.version))),
  );
}

/**
 * The versions that took back a turn all of whose changes of the panel are to be taken back now. They are taken back with them: together they
 * come to nothing, where each alone would collide with the other.
 */
async function abortsAmong(
  changes: readonly Change[],
  taking: ReadonlySet<number>,
  wholeTurns: WholeTurns,
): Promise<ReadonlySet<number>> {
  const aborts = new Set<number>();
  const taken = new Set(
    changes.flatMap(({ version, about }) => (taking.has(version) ? (about?.turnId ?? []) : [])),
  );
  for (const { key, version, changeType, triggerSource } of changes) {
    const turnId = triggerSource?.startsWith(abortSource) ? triggerSource.slice(abortSource.length) : '';
    if (changeType !== 'reverted' || !taken.has(turnId)) continue;
    const ofTurn = await wholeTurns.versionsIn(key.panelId, turnId);
    if (ofTurn.every((one) => taking.has(one))) aborts.add(version);
  }
  return aborts;
}

/** What the source of a turn's abort begins with. */
const abortSource = 'turn:';

/** The changes of turns, each read once for all of its panels. */
class WholeTurns {
  readonly #turns = new Map<string, Promise<ReadonlyMap<string, readonly number[]>>>();

  constructor(
    private readonly workspace: WorkspaceKey,
    private readonly visible: VisiblePanels,
    private readonly feed: ChangeFeed,
  ) {}

  /** The versions of a panel that a turn has made. */
  async versionsIn(panelId: string, turnId: string): Promise<readonly number[]> {
    const versions = this.#turns.get(turnId) ?? this.#read(turnId);
    this.#turns.set(turnId, versions);
    return (await versions).get(panelId) ?? [];
  }

  async #read(turnId: string): Promise<ReadonlyMap<string, readonly number[]>> {
    const { workspace, visible, feed } = this;
    const versions = new Map<string, number[]>();
    for (let position: { readonly revision: number } = { revision: 0 }; ;) {
      const page = await feed.read(workspace, {
        after: position,
        limit: pageSize,
        visible,
        filter: { turnId },
      });
      for (const { key, version } of page?.entries ?? [])
        versions.set(key.panelId, [...(versions.get(key.panelId) ?? []), version]);
      if (!page?.more) return versions;
      position = page.end;
    }
  }
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
