import { ValidationFailed } from '@nexus-state/documents';
import { PathsTooNarrow, TurnEnded, TurnNotFound } from '../errors';
import type { FencedLock } from '../locks/model';
import { type WorkspaceKey, cutPage, readPageCursor } from '../panels/model';
import type { FeedFilter, HistoryEntry } from '../panels/ports';
import type { SnapshotTriggers } from '../snapshots';
import { VisiblePanels } from '../workspaces/access';
import { type Turn, type TurnRequest, type TurnState, newTurn, panelsOfTurn } from './model';
import type { TurnStore } from './ports';
import { admitToTurn, openTurn } from './turn-gate';
import type { UndoCriteria } from './plan-undo';
import { type UndoPorts, type Undone, undo } from './undo';

/** What turns need. */
export type TurnsPorts = UndoPorts & {
  readonly turns: TurnStore;
  readonly triggers: Pick<SnapshotTriggers, 'beforeTurn'>;
};

/** Who asks for something about a turn, and what they can see. */
export interface TurnAsker {
  readonly workspace: WorkspaceKey;
  /** A token's `sub`. */
  readonly actor: string;
  readonly visible: VisiblePanels;
}

/** A turn, with its changes and what others changed since it was begun. */
export interface TurnReport {
  readonly turn: Turn;
  /** Its changes, oldest first; at most 1,000. */
  readonly changes: readonly HistoryEntry[];
  /** What others changed in the panels that it may touch, oldest first; at most 1,000. */
  readonly underneath: readonly HistoryEntry[];
}

/** Takes changes back by criteria. */
export interface UndoRequest extends TurnAsker {
  readonly turnId?: string | undefined;
  readonly by?: string | undefined;
  readonly triggeredBy?: string | undefined;
  readonly panels?: readonly string[] | undefined;
  /** Instants (RFC 3339). */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly sinceRevision?: number | undefined;
  readonly untilRevision?: number | undefined;
  readonly preview: boolean;
  /** The lock that it is done under. */
  readonly lock?: FencedLock | undefined;
}

const reportLimit = 1_000;

/** The use cases of turns: what a door calls. */
export class Turns {
  constructor(private readonly ports: TurnsPorts) {}

  /**
   * Begins a turn at the revision that the workspace is at. A snapshot is taken first, where there is something to hold; without a
   * worker that takes it in time, the turn begins without one.
   * @throws Unavailable
   */
  async begin(
    { workspace, actor }: Pick<TurnAsker, 'workspace' | 'actor'>,
    request: TurnRequest,
  ): Promise<Turn & { readonly snapshotId: string | undefined }> {
    const { feed, turns, triggers } = this.ports;
    const revision = await feed.revision(workspace);
    const snapshotId = revision === 0 ? undefined : await triggers.beforeTurn(workspace, actor);
    const baseRevision = await feed.revision(workspace);
    const turn = newTurn(request, { baseRevision, startedBy: actor, now: new Date() });
    await turns.begin(workspace, turn);
    return { ...turn, snapshotId };
  }

  /** See `admitToTurn`. */
  admit(workspace: WorkspaceKey, turnId: string, panelIds: readonly string[]): Promise<Turn | undefined> {
    return admitToTurn(workspace, turnId, panelIds, this.ports);
  }

  /** The turns of a workspace, newest first. @throws ValidationFailed where the cursor is none of this list; Unavailable */
  async list(
    workspace: WorkspaceKey,
    { state, cursor, limit }: { state?: TurnState | undefined; cursor?: string | undefined; limit: number },
  ): Promise<{ readonly turns: readonly Turn[]; readonly nextCursor: string | null }> {
    const after = cursor === undefined ? undefined : readPageCursor(cursor);
    const found = await this.ports.turns.list(workspace, { state, limit: limit + 1, after });
    const { page, nextCursor } = cutPage(found, limit, ({ startedAt, turnId }) => ({
      at: startedAt,
      id: turnId,
    }));
    return { turns: page, nextCursor };
  }

  /** @throws TurnNotFound, Unavailable */
  async read({ workspace, visible }: Omit<TurnAsker, 'actor'>, turnId: string): Promise<TurnReport> {
    const turn = await this.#turn(workspace, turnId);
    return this.#report(workspace, turn, visible);
  }

  /**
   * Ends a turn; its changes stay.
   * @returns the revision of the workspace, the changes of the turn, and what others changed since it was begun
   * @throws TurnNotFound, TurnEnded, Unavailable
   */
  async commit(
    { workspace, visible }: Omit<TurnAsker, 'actor'>,
    turnId: string,
  ): Promise<TurnReport & { readonly revision: number }> {
    const turn = await openTurn(workspace, turnId, this.ports.turns);
    if (!(await this.ports.turns.commit({ ...workspace, turnId })))
      throw new TurnEnded(turnId, (await this.#turn(workspace, turnId)).state);
    const report = await this.#report(workspace, turn, visible);
    return { ...report, revision: await this.ports.feed.revision(workspace) };
  }

  /**
   * Takes exactly the changes of a turn back, and ends it, in one transaction. Where an approval rule holds some of that back, it ends,
   * and all of it waits.
   * @throws TurnNotFound, TurnEnded; PathsTooNarrow where the caller can see only some of its panels; what `undo` throws
   */
  async abort(
    { workspace, actor, visible }: TurnAsker,
    turnId: string,
    {
      preview = false,
      lock,
    }: { readonly preview?: boolean | undefined; readonly lock?: FencedLock | undefined } = {},
  ): Promise<Undone> {
    const turn = await openTurn(workspace, turnId, this.ports.turns);
    if (visible.patterns !== undefined) await this.#requireAll(workspace, turn, visible);
    const criteria = { filter: { turnId }, visible: VisiblePanels.all, after: turn.baseRevision };
    const origin = { actor, triggeredBy: 'user', triggerSource: `turn:${turnId}` };
    return undo({ workspace, criteria, origin, preview, turnId, lock }, this.ports);
  }

  /**
   * Takes exactly the matching changes back that the caller can see.
   * @throws ValidationFailed where nothing says which; TurnNotFound; what `undo` throws
   */
  async undo(request: UndoRequest): Promise<Undone> {
    const { workspace, actor, preview, lock } = request;
    const criteria = await this.#criteriaOf(request);
    const origin = { actor, triggeredBy: 'user', triggerSource: 'undo' };
    return undo({ workspace, criteria, origin, preview, lock }, this.ports);
  }

  async #criteriaOf(request: UndoRequest): Promise<UndoCriteria> {
    const { workspace, visible, turnId, by, triggeredBy, panels, since, until } = request;
    const { sinceRevision, untilRevision } = request;
    const said = [turnId, by, triggeredBy, panels, since, until, sinceRevision, untilRevision];
    if (said.every((one) => one === undefined))
      throw new ValidationFailed([
        { pointer: '', message: 'must say which changes: at least one criterion' },
      ]);
    const turn = turnId === undefined ? undefined : await this.#turn(workspace, turnId);
    return {
      filter: { turnId, actor: by, triggeredBy, panels: panels && new VisiblePanels(panels) },
      visible,
      after: Math.max(sinceRevision ?? 0, turn?.baseRevision ?? 0),
      upTo: untilRevision,
      since,
      until,
    };
  }

  async #turn(workspace: WorkspaceKey, turnId: string): Promise<Turn> {
    const turn = await this.ports.turns.read({ ...workspace, turnId });
    if (!turn) throw new TurnNotFound(turnId);
    return turn;
  }

  async #report(workspace: WorkspaceKey, turn: Turn, visible: VisiblePanels): Promise<TurnReport> {
    const { turnId, endedAt } = turn;
    const changes = await this.#changes(workspace, turn, visible, { turnId }, () => true);
    const isUnder = ({ about, occurredAt }: HistoryEntry): boolean =>
      about?.turnId !== turnId && (endedAt === undefined || occurredAt <= endedAt);
    const panels = panelsOfTurn(turn);
    return { turn, changes, underneath: await this.#changes(workspace, turn, visible, { panels }, isUnder) };
  }

  async #changes(
    workspace: WorkspaceKey,
    { baseRevision }: Turn,
    visible: VisiblePanels,
    filter: FeedFilter,
    counts: (entry: HistoryEntry) => boolean,
  ): Promise<readonly HistoryEntry[]> {
    const found: HistoryEntry[] = [];
    for (let after: { readonly revision: number } = { revision: baseRevision }; ;) {
      const page = await this.ports.feed.read(workspace, { after, limit: reportLimit, visible, filter });
      found.push(...(page?.entries ?? []).filter(counts));
      if (!page?.more || found.length >= reportLimit) return found.slice(0, reportLimit);
      after = page.end;
    }
  }

  async #requireAll(workspace: WorkspaceKey, turn: Turn, visible: VisiblePanels): Promise<void> {
    const { turnId } = turn;
    const all = await this.#changes(workspace, turn, VisiblePanels.all, { turnId }, () => true);
    if (all.some(({ key }) => !visible.includes(key.panelId)))
      throw new PathsTooNarrow(workspace.workspaceId);
  }
}
