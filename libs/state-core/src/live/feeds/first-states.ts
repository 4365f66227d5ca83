import { type WorkspaceKey, bringsIntoBeing } from '../../panels/model';
import type { PanelHead } from '../../panels/ports';
import type { FeedReads } from './feed-reads';
import { type WholeFollower, sendTo } from './whole-follower';

/** The states that followers of a whole workspace begin with, or go on with after they lagged. */
export class FirstStates {
  constructor(
    private readonly workspace: WorkspaceKey,
    private readonly reads: FeedReads,
  ) {}

  /**
   * Sends a follower the states that it needs; afterwards it can go on behind its cursor.
   * @param isWanted asked before anything is sent
   * @throws Unavailable
   */
  async send(follower: WholeFollower, isWanted: () => boolean): Promise<void> {
    follower.seenUntil = undefined;
    if (follower.toSend === undefined) {
      const since = follower.cursor.revision;
      const revision = await this.reads.revision(this.workspace);
      const panels = await this.reads.heads(this.workspace, since);
      if (!isWanted()) return;
      follower.cursor = { revision };
      follower.toSend = panels;
    }
    await Promise.all(follower.toSend.map((head) => this.#sendOne(follower, head, isWanted)));
    if (isWanted()) follower.toSend = [];
  }

  async #sendOne(follower: WholeFollower, head: PanelHead, isWanted: () => boolean): Promise<void> {
    const { panelId } = head;
    const { reach, seen } = follower;
    if (!reach.panel(panelId) || (seen.get(panelId) ?? 0) >= head.version) return;
    const key = { ...this.workspace, panelId };
    const panel = head.deleted ? undefined : await this.reads.panelIfWanted(key, isWanted);
    if (!isWanted()) return;
    if (panel?.deleted === false) {
      seen.set(panelId, panel.version);
      return sendTo(follower, { kind: 'sync', panel });
    }
    const version = panel?.version ?? head.version;
    // Who knows the panel gets its last change, the deletion.
    const [deletion] = (await this.#knows(follower, panelId))
      ? await this.reads.changesSince(key, version - 1)
      : [];
    if (!isWanted()) return;
    seen.set(panelId, version);
    if (deletion) sendTo(follower, { kind: 'change', change: deletion });
  }

  async #knows({ seen, knownUpTo }: WholeFollower, panelId: string): Promise<boolean> {
    if (seen.has(panelId)) return true;
    if (knownUpTo === 0) return false;
    const first = await this.reads.firstChangeAfter({ ...this.workspace, panelId }, knownUpTo);
    return first !== undefined && !bringsIntoBeing(first);
  }
}
