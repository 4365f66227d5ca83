import { NotSubscribed, Unavailable } from '../../errors';
import type { JsonValue } from '@nexus-state/documents';
import type { PanelKey, WorkspaceKey } from '../../panels/model';
import type { ChangeFeed, PanelHeads, PanelStore } from '../../panels/ports';
import type { UpdateBus } from '../../ports';
import { type FeedPorts, FeedReads } from '../feeds';
import type { LiveObserver, PresenceBoard } from '../ports';
import {
  PresenceCounts,
  type PresenceLimits,
  type PresencePorts,
  defaultPresenceLimits,
  readPresenceData,
} from '../presence';
import type { Subscriber } from '../subscribers/subscriber';
import { LiveWorkspace } from './live-workspace';
import type { FollowTarget, Subscription } from './subscription';

/** What the hub is made from. */
export interface LivePorts {
  readonly store: PanelStore & PanelHeads;
  readonly feed: ChangeFeed;
  readonly bus: UpdateBus;
  readonly board: PresenceBoard;
  readonly observer: LiveObserver;
}

/** What a connection shows of itself in a panel. */
export interface ShowPresence {
  readonly key: PanelKey;
  readonly subscriber: Subscriber;
  readonly userId: string;
  /** Null to leave. */
  readonly data: JsonValue;
}

/**
 * What the live transports of a process share: every workspace that one of its connections follows, each listened to once.
 *
 * A subscriber gets every change of a panel in version order, each once, from where it began; of a whole workspace, every change in
 * the order of revisions. Published updates are only
 * hints: what was lost, repeated or reordered is repaired from history, at the latest by the next `sweep`. A subscriber that
 * is not writable gets the state in place of the changes that it could not take.
 *
 * A subscriber also gets who is present in the panels that it follows, at this gateway or another, and may be present there
 * itself. None of that is durable: it ends with the subscription, and with the lease of its gateway.
 */
export class LiveHub {
  readonly #workspaces = new Map<string, LiveWorkspace>();
  readonly #ports: FeedPorts & PresencePorts;
  #closed = false;

  constructor(ports: LivePorts, limits: PresenceLimits = defaultPresenceLimits) {
    const { store, feed, bus, board, observer } = ports;
    const counts = new PresenceCounts(limits.maxPanels);
    this.#ports = { bus, board, observer, limits, counts, reads: new FeedReads(store, feed) };
  }

  /**
   * Follows a panel or a workspace. A subscriber that gets a panel already, by itself or with its workspace, gets it once,
   * and goes on as it is.
   * @param replaced a subscription of the same subscriber that ends: its updates at once, its presence when the new one
   *   begins, or cannot
   * @returns a subscription that has yet to begin
   * @throws PanelNotFound when the panel was never created, or is deleted and no version is given
   * @throws Unavailable when the store is away; a bus that is away only makes updates late
   */
  async follow(target: FollowTarget, subscriber: Subscriber, replaced?: Subscription): Promise<Subscription> {
    return this.#workspace(target.key).follow(target, subscriber, replaced);
  }

  /**
   * Shows a connection in a panel, in place of what it showed there before.
   * @throws NotSubscribed when it does not follow the panel
   * @throws ValidationFailed when the data is too large, or the connection is present in too many panels
   */
  show({ key, subscriber, userId, data }: ShowPresence): void {
    const { panelId } = key;
    const workspace = this.#workspaces.get(nameOf(key));
    if (!workspace?.isFollowing(panelId, subscriber)) throw new NotSubscribed(panelId);
    const shown = readPresenceData(data, this.#ports.limits.maxBytes);
    const { presence } = workspace;
    if (shown === null) presence.hide(panelId, subscriber.id);
    else presence.show(panelId, { connectionId: subscriber.id, userId, data: shown });
  }

  /**
   * Goes on with a subscriber whose `isWritable` has returned false, and that is writable again. Of every panel of which it
   * has missed changes it gets the state, or the deletion, and then the changes; and who is present where that has changed.
   */
  onDrain(subscriber: Subscriber): void {
    for (const workspace of this.#workspaces.values()) workspace.onDrain(subscriber);
  }

  /**
   * Compares what is followed with the store, and sends what was not published. To be called every few seconds. Never fails:
   * what cannot be read is reported to the observer, and read by the next sweep.
   */
  async sweep(): Promise<void> {
    await Promise.all([...this.#workspaces.values()].map(({ updates }) => updates.sweep()));
  }

  /**
   * Renews the lease under which connections are shown, and goes on with what the board did not answer. To be called several
   * times within the term of the lease. Never fails.
   */
  async renewLease(): Promise<void> {
    try {
      const renewal = await this.#ports.board.renew();
      const now = Date.now();
      for (const { presence } of [...this.#workspaces.values()]) presence.renewed(renewal, now);
    } catch (error) {
      this.#ports.observer.hintFailed('presence', error);
    }
  }

  /** Stops listening, takes everything away that our connections show, and gives the lease back. Never fails. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#workspaces.values()].map((workspace) => workspace.close()));
    this.#workspaces.clear();
    await this.#ports.board.leave().catch(() => undefined);
  }

  #workspace(key: WorkspaceKey): LiveWorkspace {
    if (this.#closed) throw new Unavailable('This gateway');
    const name = nameOf(key);
    const known = this.#workspaces.get(name);
    if (known) return known;
    const { owner, workspaceId } = key;
    const workspace: LiveWorkspace = new LiveWorkspace({ owner, workspaceId }, this.#ports, () => {
      if (this.#workspaces.get(name) === workspace) this.#workspaces.delete(name);
      void workspace.close();
    });
    this.#workspaces.set(name, workspace);
    return workspace;
  }
}

function nameOf({ owner, workspaceId }: WorkspaceKey): string {
  // An id never holds a slash, so the last segment is the workspace's for every owner.
  return `${owner}/${workspaceId}`;
}
