import { NotSubscribed } from '../../errors';
import { ValidationFailed, type JsonValue } from '@nexus-state/documents';
import type { PanelKey, WorkspaceKey } from '../../panels/model';
import type { Reach, Subscriber } from '../feeds';
import {
  PresenceCounts,
  type PresenceLimits,
  type PresencePorts,
  defaultPresenceLimits,
} from './presence-ports';
import { WorkspacePresence } from './workspace-presence';

/** What a connection shows of itself in a panel. */
export interface Appearance {
  readonly key: PanelKey;
  readonly subscriber: Subscriber;
  readonly userId: string;
  /** Null to leave. */
  readonly data: JsonValue;
}

/**
 * Who is present in which panel: what the live doors share. A connection shows itself in panels that it follows, and everybody
 * who follows such a panel, at this gateway or another, is told who is there. Nothing of it is durable: it is gone with the
 * connection, with its subscription, and with its gateway once the lease of that has ended.
 */
export class Presence {
  readonly #workspaces = new Map<string, WorkspacePresence>();
  readonly #counts: PresenceCounts;
  #closed = false;

  constructor(
    private readonly ports: PresencePorts,
    private readonly limits: PresenceLimits = defaultPresenceLimits,
  ) {
    this.#counts = new PresenceCounts(limits.mostPanels);
  }

  /**
   * Follows one panel: the subscriber is told who is present, now if anybody is, and then whenever that changes.
   * @returns a function that ends it, and takes away what the subscriber shows there unless they follow the panel for
   *   another reason too; twice is harmless
   */
  followPanel({ panelId, ...workspace }: PanelKey, subscriber: Subscriber): () => void {
    return this.#workspace(workspace).followPanel(panelId, subscriber);
  }

  /**
   * Follows every panel of a workspace.
   * @param reach which panels they get to see
   * @returns see `followPanel`
   */
  followWorkspace(workspace: WorkspaceKey, subscriber: Subscriber, reach: Reach): () => void {
    return this.#workspace(workspace).followWhole(subscriber, reach);
  }

  /**
   * Shows a connection in a panel, in place of what it showed there before.
   * @throws NotSubscribed when it does not follow the panel
   * @throws ValidationFailed when the data is too large, or the connection is present in too many panels
   */
  show({ key, subscriber, userId, data }: Appearance): void {
    const { panelId } = key;
    const workspace = this.#workspaces.get(nameOf(key));
    if (!workspace?.isFollowing(panelId, subscriber)) throw new NotSubscribed(panelId);
    const shown = this.#readData(data);
    if (shown === null) workspace.hide(panelId, subscriber);
    else workspace.show(panelId, subscriber, { connectionId: subscriber.id, userId, data: shown });
  }

  /** Takes it that a subscriber whose `takesMore` has said no can take more again. */
  drained(subscriber: Subscriber): void {
    for (const workspace of this.#workspaces.values()) workspace.drained(subscriber);
  }

  /**
   * Renews the lease, and goes on with what the board could not be asked. To be called several times within the term of
   * the lease. Never fails.
   */
  async tick(): Promise<void> {
    try {
      const news = await this.ports.board.renew();
      const now = Date.now();
      for (const workspace of [...this.#workspaces.values()]) workspace.tick(news, now);
    } catch (error) {
      this.ports.observer.hintFailed('presence', error);
    }
  }

  /** Takes everything away that our connections show, and gives the lease back. Never fails. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#workspaces.values()].map((workspace) => workspace.close()));
    this.#workspaces.clear();
    await this.ports.board.leave().catch(() => undefined);
  }

  /** The data as its JSON text says it, so that what is shown here is what is shown elsewhere. */
  #readData(data: JsonValue): JsonValue {
    const { mostBytes } = this.limits;
    let text: string | undefined;
    try {
      text = JSON.stringify(data);
    } catch {
      // Nested too deep to be written: far beyond the bound.
    }
    if (text === undefined || Buffer.byteLength(text) > mostBytes) {
      throw new ValidationFailed([
        { pointer: 'data', message: `must be JSON of at most ${mostBytes} bytes` },
      ]);
    }
    return JSON.parse(text) as JsonValue;
  }

  #workspace(key: WorkspaceKey): WorkspacePresence {
    const name = nameOf(key);
    const known = this.#workspaces.get(name);
    if (known) return known;
    const workspace: WorkspacePresence = new WorkspacePresence(
      key,
      this.ports,
      this.limits,
      this.#counts,
      () => {
        if (this.#workspaces.get(name) === workspace) this.#workspaces.delete(name);
        void workspace.close();
      },
    );
    if (!this.#closed) this.#workspaces.set(name, workspace);
    return workspace;
  }
}

function nameOf({ owner, workspaceId }: WorkspaceKey): string {
  // The ids never hold a slash, so whatever the owner is, the last segment is the workspace's.
  return `${owner}/${workspaceId}`;
}
