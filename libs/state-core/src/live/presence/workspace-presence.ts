import { LazyResource } from '../../concurrency';
import type { WorkspaceKey } from '../../panels/model';
import type { LeaseRenewal, PresenceListener, PresenceMember } from '../ports';
import type { Followers, Following } from '../subscribers/followers';
import type { Subscriber } from '../subscribers/subscriber';
import { PanelPresence, type PresencePorts, type PresenceScope } from './panel-presence';

/** After the board was away, the other gateways get so many renewals to write theirs again before they count as gone. */
const graceRenewals = 2;

/** Presence in the panels of one workspace that is followed here: one listener on the board for all followers. */
export class WorkspacePresence implements PresenceListener, PresenceScope {
  readonly #panels = new Map<string, PanelPresence>();
  readonly #listening: LazyResource;
  /** Whether panels in which only connections of other gateways are present have yet to be looked for. */
  #discovery: 'done' | 'due' = 'done';
  #grace = 0;
  #closed = false;

  /**
   * @param followers what is followed of the workspace, kept by the caller
   * @param onSettled called when the last panel has become empty
   */
  constructor(
    private readonly key: WorkspaceKey,
    private readonly ports: PresencePorts,
    readonly followers: Followers,
    private readonly onSettled: () => void,
  ) {
    this.#listening = new LazyResource(
      () => ports.board.listen(key, this),
      (error) => {
        // What is read meanwhile cannot be trusted: what changes afterwards is not reported.
        this.onGap();
        ports.observer.hintFailed('presence', error);
      },
    );
  }

  /** Whether nothing is shown, and nothing is on its way to or from the board. */
  get isSettled(): boolean {
    return this.#panels.size === 0;
  }

  get mayRead(): boolean {
    return this.#grace === 0 && !this.#closed;
  }

  /** Sends a subscriber who is present; its following has just become live. */
  join({ subscriber, panelId, reach }: Following): void {
    if (panelId !== undefined) return this.#panelOf(panelId).welcome(subscriber);
    for (const panel of this.#panels.values()) if (reach.panel(panel.key.panelId)) panel.welcome(subscriber);
    this.#discovery = 'due';
    void this.#discover();
  }

  /** Lets a subscriber go, and takes it away, where it gets no presence any longer; its following has just ended. */
  leave({ subscriber, panelId }: Following): void {
    const panels = panelId === undefined ? [...this.#panels.keys()] : [panelId];
    for (const id of panels) {
      const panel = this.#panels.get(id);
      if (panel && !this.followers.gets('presence', id, subscriber)) panel.leave(subscriber);
      if (panel?.isEmpty) this.#panels.delete(id);
    }
  }

  /** Shows a connection in a panel that it follows. @throws ValidationFailed when it is present in too many panels */
  show(panelId: string, member: PresenceMember): void {
    this.#panelOf(panelId).show(member);
  }

  /** Takes a connection away from a panel. */
  hide(panelId: string, connectionId: string): void {
    this.#panels.get(panelId)?.hide(connectionId);
  }

  /** See `LiveHub.onDrain`. */
  onDrain(subscriber: Subscriber): void {
    for (const panel of this.#panels.values()) panel.onDrain(subscriber);
  }

  onChange(panelId: string): void {
    const known = this.#panels.get(panelId);
    if (known) known.boardChanged();
    else if (this.#isReached(panelId)) this.#panelOf(panelId);
  }

  onGap(): void {
    this.#grace = graceRenewals;
    this.#discovery = 'due';
    for (const panel of this.#panels.values()) panel.boardChanged();
  }

  /** See `LiveHub.renewLease`. */
  renewed(renewal: LeaseRenewal, now: number): void {
    if (this.#grace > 0) this.#grace--;
    void this.#listening.open();
    void this.#discover();
    for (const panel of [...this.#panels.values()]) panel.renewed(renewal, now);
  }

  /** Takes everything away that our connections show, and leaves the board. Never fails. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#panels.values()].map((panel) => panel.close()));
    await this.#listening.close();
  }

  listening(): Promise<void> {
    return this.#listening.open();
  }

  onEmpty(panel: PanelPresence): void {
    if (this.#panels.get(panel.key.panelId) === panel) this.#panels.delete(panel.key.panelId);
    if (this.isSettled) this.onSettled();
  }

  #panelOf(panelId: string): PanelPresence {
    const known = this.#panels.get(panelId);
    if (known) return known;
    const panel = new PanelPresence({ ...this.key, panelId }, this.ports, this);
    this.#panels.set(panelId, panel);
    return panel;
  }

  /** Whether a follower of the whole workspace reaches a panel. */
  #isReached(panelId: string): boolean {
    return this.followers.ofWhole('presence', panelId).next().done !== true;
  }

  /** Finds the panels in which only connections of other gateways are present, for followers of the whole. */
  async #discover(): Promise<void> {
    if (this.#discovery === 'done' || !this.followers.hasWhole || !this.mayRead) return;
    this.#discovery = 'done';
    try {
      await this.#listening.open();
      for (const panelId of await this.ports.board.panels(this.key)) {
        if (!this.#closed && this.#isReached(panelId)) this.#panelOf(panelId);
      }
    } catch (error) {
      this.#discovery = 'due';
      this.ports.observer.hintFailed('presence', error);
    }
  }
}
