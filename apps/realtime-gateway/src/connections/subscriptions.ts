import {
  type PresenceMessage,
  type SubscribeRequest,
  type UnsubscribeRequest,
  wholeWorkspace,
} from '@nexus-state/contracts';
import { type Principal, requireScope } from '@nexus-state/nest-kit';
import {
  type AccessControl,
  type Following,
  NotSubscribed,
  PanelNotFound,
  type Presence,
  type RateLimits,
  type Reach,
  type Subscriber,
  Turns,
  Unavailable,
  type WorkspaceFeeds,
  type WorkspaceKey,
  panelKey,
} from '@nexus-state/state-core';
import { type JsonValue, StateError, ValidationFailed } from '@nexus-state/documents';
import { TooManySubscriptions } from './refusals';

/** What subscriptions are made from. */
export interface SubscriptionPorts {
  readonly access: AccessControl;
  readonly feeds: WorkspaceFeeds;
  readonly presence: Presence;
  readonly rates: RateLimits;
}

/** A subscription that stands: what was asked for, and where it is. */
export interface Standing extends WorkspaceKey {
  readonly panelId: string;
}

/** Told of a subscription that ended although nobody asked for it. */
export type OnEnded = (standing: Standing, reason: StateError) => void;

interface Subscription {
  readonly standing: Standing;
  readonly caller: Principal;
  readonly following: Following;
  /** Ends that they are told who is present, and take part themselves. */
  readonly beAbsent: () => void;
}

/** The subscriptions of one connection, through whichever door. Requests are settled in the order they came. */
export class Subscriptions {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #turns = new Turns(1);
  #closed = false;

  /**
   * @param most how many there may be at once
   * @param onEnded told of those that end because the caller reaches them no longer
   */
  constructor(
    private readonly subscriber: Subscriber,
    private readonly ports: SubscriptionPorts,
    private readonly most: number,
    private readonly onEnded: OnEnded,
  ) {}

  /** What is subscribed to. */
  get standing(): readonly Standing[] {
    return Array.from(this.#subscriptions.values(), ({ standing }) => standing);
  }

  /**
   * Subscribes to a panel or a workspace; one that is subscribed already begins anew.
   * @param caller who is asking; needs the scope `state:read`
   * @param answer told of the version the panel is at, before the first event is sent
   * @throws Forbidden, InvalidId, WorkspaceNotFound, PanelNotFound, RoleRequired, ValidationFailed, Unavailable
   * @throws TooManySubscriptions, RateLimited
   */
  subscribe(
    request: SubscribeRequest,
    caller: Principal,
    answer: (version: number | undefined) => void,
  ): Promise<void> {
    return this.#inTurn(async () => {
      const { workspaceId, panelId, version } = request;
      const { owner } = await this.#openCounted(request, caller);
      const standing = { workspaceId, panelId, owner };
      const name = nameOf(standing);
      const before = this.#subscriptions.get(name);
      before?.following.stop();
      this.#subscriptions.delete(name);
      try {
        if (this.#subscriptions.size >= this.most) throw new TooManySubscriptions(this.most);
        const following = await this.#follow(standing, caller, version);
        if (this.#closed) return following.stop();
        answer(following.version);
        following.begin();
        const beAbsent = this.#bePresent(standing, caller);
        this.#subscriptions.set(name, { standing, caller, following, beAbsent });
      } finally {
        // After the new one stands, so that who is present stays so.
        before?.beAbsent();
      }
    });
  }

  /** Ends a subscription; one that does not stand is none to end. */
  unsubscribe({ workspaceId, panelId, owner }: UnsubscribeRequest): Promise<void> {
    return this.#inTurn(async () => {
      for (const [name, { standing }] of this.#subscriptions) {
        if (standing.workspaceId !== workspaceId || standing.panelId !== panelId) continue;
        if (owner === undefined || owner === standing.owner) this.#end(name);
      }
    });
  }

  /**
   * Holds every subscription against what a fresh token reaches, and ends those that are out of reach. A workspace that is
   * followed as a whole begins anew where the token may reach other panels of it.
   */
  renew(caller: Principal): Promise<void> {
    return this.#inTurn(async () => {
      for (const [name, subscription] of [...this.#subscriptions]) {
        try {
          await this.#renew(name, subscription, caller);
        } catch (error) {
          if (!(error instanceof StateError)) throw error;
          if (this.#stands(name, subscription)) this.#revoke(name, error);
        }
      }
    });
  }

  /**
   * Shows the connection to the others in a panel that it is subscribed to, or takes it away.
   * @throws NotSubscribed, ValidationFailed
   */
  show({ workspaceId, panelId, owner, data }: PresenceMessage, { subject }: Principal): Promise<void> {
    return this.#inTurn(async () => {
      const owners = new Set<string>();
      for (const { standing } of this.#subscriptions.values()) {
        const isMeant = standing.workspaceId === workspaceId && (owner ?? standing.owner) === standing.owner;
        if (isMeant && [panelId, wholeWorkspace].includes(standing.panelId)) owners.add(standing.owner);
      }
      const [whose, another] = owners;
      if (whose === undefined) throw new NotSubscribed(panelId);
      if (another !== undefined) {
        throw new ValidationFailed([{ pointer: '/owner', message: 'must say whose workspace is meant' }]);
      }
      const key = panelKey(whose, workspaceId, panelId);
      const { presence } = this.ports;
      presence.show({ key, subscriber: this.subscriber, userId: subject, data: data as JsonValue });
    });
  }

  /** Ends the subscriptions in a workspace: its owner shares it no longer. */
  revoke({ owner, workspaceId }: WorkspaceKey, reason: StateError): void {
    for (const [name, { standing }] of [...this.#subscriptions]) {
      if (standing.owner === owner && standing.workspaceId === workspaceId) this.#revoke(name, reason);
    }
  }

  /** Ends all of them: the connection is gone. */
  close(): void {
    this.#closed = true;
    for (const name of [...this.#subscriptions.keys()]) this.#end(name);
  }

  async #renew(name: string, subscription: Subscription, caller: Principal): Promise<void> {
    const { standing, following } = subscription;
    try {
      await this.#open(standing, caller);
    } catch (error) {
      // While the store is away nobody can say, and nothing new comes either.
      if (!(error instanceof Unavailable)) throw error;
    }
    if (!this.#stands(name, subscription)) return;
    this.#reach(standing, caller);
    const isAlike = caller.paths.text === subscription.caller.paths.text;
    if (standing.panelId !== wholeWorkspace || isAlike) {
      this.#subscriptions.set(name, { ...subscription, caller });
      return;
    }
    following.stop();
    const anew = await this.#follow(standing, caller, undefined);
    if (!this.#stands(name, subscription)) return anew.stop();
    anew.begin();
    const beAbsent = this.#bePresent(standing, caller);
    subscription.beAbsent();
    this.#subscriptions.set(name, { standing, caller, following: anew, beAbsent });
  }

  #stands(name: string, subscription: Subscription): boolean {
    return this.#subscriptions.get(name) === subscription;
  }

  #revoke(name: string, reason: StateError): void {
    const standing = this.#subscriptions.get(name)?.standing;
    this.#end(name);
    if (standing) this.onEnded(standing, reason);
  }

  #end(name: string): void {
    const subscription = this.#subscriptions.get(name);
    subscription?.following.stop();
    subscription?.beAbsent();
    this.#subscriptions.delete(name);
  }

  #open(request: UnsubscribeRequest, caller: Principal): Promise<WorkspaceKey> {
    requireScope(caller, 'state:read');
    const { subject, paths } = caller;
    const { workspaceId, owner } = request;
    return this.ports.access.open({ subject, paths, workspaceId, owner, access: 'read' });
  }

  async #openCounted(request: UnsubscribeRequest, caller: Principal): Promise<WorkspaceKey> {
    requireScope(caller, 'state:read');
    await this.ports.rates.ofUser(caller.subject, 'reads');
    const workspace = await this.#open(request, caller);
    await this.ports.rates.ofWorkspace(workspace, 'reads');
    return workspace;
  }

  #reach({ workspaceId, panelId }: Standing, { paths }: Principal): void {
    if (panelId !== wholeWorkspace && !paths.reachesPanel(workspaceId, panelId))
      throw new PanelNotFound(panelId);
  }

  async #follow(standing: Standing, caller: Principal, version: number | undefined): Promise<Following> {
    const { owner, workspaceId, panelId } = standing;
    const { feeds } = this.ports;
    if (panelId === wholeWorkspace) {
      return feeds.followWorkspace({ owner, workspaceId }, this.subscriber, reachOf(standing, caller));
    }
    const key = panelKey(owner, workspaceId, panelId);
    this.#reach(standing, caller);
    return feeds.followPanel(key, this.subscriber, version);
  }

  #bePresent(standing: Standing, caller: Principal): () => void {
    const { owner, workspaceId, panelId } = standing;
    const { presence } = this.ports;
    if (panelId !== wholeWorkspace) return presence.followPanel(standing, this.subscriber);
    return presence.followWorkspace({ owner, workspaceId }, this.subscriber, reachOf(standing, caller));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    // What waits when the connection goes has nobody left to answer.
    return this.#turns.take(async () => (this.#closed ? undefined : work()));
  }
}

function reachOf({ workspaceId }: Standing, { paths }: Principal): Reach {
  return {
    panel: (id: string) => paths.reachesPanel(workspaceId, id),
    whole: paths.reachesWhole(workspaceId),
  };
}

function nameOf({ panelId, workspaceId, owner }: Standing): string {
  return `${panelId}/${workspaceId}/${owner}`;
}
