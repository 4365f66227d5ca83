import { randomUUID } from 'node:crypto';
import { Unavailable } from '../errors';
import { type PanelKey, type WorkspaceKey, panelKeyText } from '../panels/model';
import type { LeaseRenewal, PresenceBoard, PresenceListener, PresenceMember } from '../live/ports';

/** A listener, and the gateway that it belongs to. */
interface Listening {
  readonly gateway: MemoryPresenceBoard;
  readonly listener: PresenceListener;
}

/** What the gateways of one process share: for tests. */
export class MemoryPresence {
  /** When each lease ends, in milliseconds. */
  readonly leases = new Map<string, number>();
  /** Panel → lease → what is shown under it. */
  readonly panels = new Map<string, Map<string, readonly PresenceMember[]>>();
  readonly listening = new Map<string, Set<Listening>>();

  /** Forgets everything, and notifies every listener of the gap, like a restarted Redis. */
  lose(): void {
    this.leases.clear();
    this.panels.clear();
    for (const all of this.listening.values()) for (const { listener } of all) listener.onGap();
  }
}

/** The board of one gateway, on what it shares with others in memory. */
export class MemoryPresenceBoard implements PresenceBoard {
  #lease: string | undefined;
  #known = new Set<string>();

  /** @param leaseMs how long what is shown outlives the last renewal */
  constructor(
    private readonly shared: MemoryPresence,
    private readonly leaseMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  async renew(): Promise<LeaseRenewal> {
    const fresh = this.#lease === undefined || !this.#holds(this.#lease);
    const ended = fresh ? this.#lease : undefined;
    if (fresh) this.#lease = randomUUID();
    this.shared.leases.set(this.#lease as string, this.now() + this.leaseMs);
    const alive = new Set([...this.shared.leases.keys()].filter((lease) => this.#holds(lease)));
    const othersGone = [...this.#known].some((lease) => lease !== ended && !alive.has(lease));
    this.#known = alive;
    return { fresh, othersGone };
  }

  async put(key: PanelKey, members: readonly PresenceMember[]): Promise<void> {
    if (this.#lease === undefined) throw new Unavailable('The presence board');
    const name = panelKeyText(key);
    const shown = this.shared.panels.get(name) ?? new Map<string, readonly PresenceMember[]>();
    this.shared.panels.set(name, shown);
    if (members.length > 0) shown.set(this.#lease, structuredClone(members));
    else shown.delete(this.#lease);
    for (const { gateway, listener } of [...(this.shared.listening.get(nameOf(key)) ?? [])]) {
      if (gateway === this) continue;
      try {
        listener.onChange(key.panelId);
      } catch {
        // An error of one listener must not reach the others.
      }
    }
  }

  async others(key: PanelKey): Promise<readonly PresenceMember[]> {
    const shown = [...(this.shared.panels.get(panelKeyText(key)) ?? [])];
    return shown.flatMap(([lease, members]) =>
      lease !== this.#lease && this.#holds(lease) ? structuredClone(members) : [],
    );
  }

  async panels(workspace: WorkspaceKey): Promise<readonly string[]> {
    const prefix = `${nameOf(workspace)}/`;
    const names = [...this.shared.panels.keys()].filter((name) => name.startsWith(prefix));
    return names.map((name) => name.slice(prefix.length));
  }

  async listen(workspace: WorkspaceKey, listener: PresenceListener): Promise<() => Promise<void>> {
    const name = nameOf(workspace);
    const all = this.shared.listening.get(name) ?? new Set<Listening>();
    const one = { gateway: this, listener };
    this.shared.listening.set(name, all.add(one));
    return async () => {
      if (all.delete(one) && all.size === 0) this.shared.listening.delete(name);
    };
  }

  async leave(): Promise<void> {
    if (this.#lease !== undefined) this.shared.leases.delete(this.#lease);
    this.#lease = undefined;
  }

  #holds(lease: string): boolean {
    return (this.shared.leases.get(lease) ?? 0) > this.now();
  }
}

function nameOf({ owner, workspaceId }: WorkspaceKey): string {
  return `${owner}/${workspaceId}`;
}
