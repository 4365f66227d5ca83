import {
  type PresenceMessage,
  type SubscribeRequest,
  type UnsubscribeRequest,
  wholeWorkspace,
} from '@nexus-state/contracts';
import type { Principal } from '@nexus-state/nest-kit';
import {
  type Admission,
  type LiveHub,
  NotSubscribed,
  type Place,
  type RequestKind,
  Semaphore,
  type Subscriber,
  type Subscription,
  Unavailable,
  type WorkspaceKey,
  panelKey,
  requireReach,
} from '@nexus-state/state-core';
import { type JsonValue, StateError, ValidationFailed } from '@nexus-state/documents';
import { TooManySubscriptions } from './refusals';

/** What subscriptions are made from. */
export interface SubscriptionPorts {
  readonly admission: Admission;
  readonly hub: LiveHub;
}

/** What a connection is subscribed to: a panel, or with `*` all panels, of a workspace. */
export interface SubscriptionTarget extends WorkspaceKey {
  readonly panelId: string;
}

/** Called for a subscription that ends without the client's asking. */
export type OnEnded = (target: SubscriptionTarget, reason: StateError) => void;

interface Subscribed {
  readonly target: SubscriptionTarget;
  readonly caller: Principal;
  readonly subscription: Subscription;
}

/** The subscriptions of one connection, through any transport. Requests are handled in the order they came. */
export class Subscriptions {
  readonly #subscribed = new Map<string, Subscribed>();
  readonly #requests = new Semaphore(1);
  #closed = false;

  /**
   * @param max how many there may be at once
   * @param onEnded called for those that end because the caller no longer reaches them
   */
  constructor(
    private readonly subscriber: Subscriber,
    private readonly ports: SubscriptionPorts,
    private readonly max: number,
    private readonly onEnded: OnEnded,
  ) {}

  get targets(): readonly SubscriptionTarget[] {
    return Array.from(this.#subscribed.values(), ({ target }) => target);
  }

  /**
   * Subscribes to a panel or a workspace; one that is subscribed to already begins anew.
   * @param caller needs the scope `state:read`
   * @param reply called with the version that the panel is at, or the revision that the whole workspace begins at, and its owner,
   *   before the first event is sent
   * @throws Forbidden, InvalidId, WorkspaceNotFound, PanelNotFound, RoleRequired, ValidationFailed, Unavailable
   * @throws TooManySubscriptions, RateLimited
   */
  subscribe(
    request: SubscribeRequest,
    caller: Principal,
    reply: (from: Pick<Subscription, 'version' | 'revision'>, owner: string) => void,
  ): Promise<void> {
    return this.#inOrder(async () => {
      const { workspaceId, panelId } = request;
      const { owner } = await this.#admit(request, caller, 'reads');
      const target = { workspaceId, panelId, owner };
      const name = nameOf(target);
      const before = this.#subscribed.get(name)?.subscription;
      this.#subscribed.delete(name);
      try {
        if (this.#subscribed.size >= this.max) throw new TooManySubscriptions(this.max);
        const subscription = await this.#follow(target, caller, request, before);
        if (this.#closed) return subscription.stop();
        reply(subscription, owner);
        subscription.begin();
        this.#subscribed.set(name, { target, caller, subscription });
      } catch (error) {
        before?.stop();
        throw error;
      }
    });
  }

  /** Ends a subscription, where there is one. */
  unsubscribe({ workspaceId, panelId, owner }: UnsubscribeRequest): Promise<void> {
    return this.#inOrder(async () => {
      for (const [name, { target }] of this.#subscribed) {
        if (target.workspaceId !== workspaceId || target.panelId !== panelId) continue;
        if (owner === undefined || owner === target.owner) this.#end(name);
      }
    });
  }

  /**
   * Compares every subscription with what a fresh token reaches, and ends those that are out of reach. A subscription to a
   * whole workspace begins anew where the token may reach other panels of it.
   */
  renew(caller: Principal): Promise<void> {
    return this.#inOrder(async () => {
      for (const [name, subscribed] of [...this.#subscribed]) {
        try {
          await this.#renew(name, subscribed, caller);
        } catch (error) {
          if (!(error instanceof StateError)) throw error;
          if (this.#isCurrent(name, subscribed)) this.#revoke(name, error);
        }
      }
    });
  }

  /**
   * Shows the connection to the others in a panel that it is subscribed to, or takes it away.
   * @throws NotSubscribed, ValidationFailed
   */
  show({ workspaceId, panelId, owner, data }: PresenceMessage, { subject }: Principal): Promise<void> {
    return this.#inOrder(async () => {
      const owners = new Set<string>();
      for (const { target } of this.#subscribed.values()) {
        const isMeant = target.workspaceId === workspaceId && (owner ?? target.owner) === target.owner;
        if (isMeant && [panelId, wholeWorkspace].includes(target.panelId)) owners.add(target.owner);
      }
      const [first, another] = owners;
      if (first === undefined) throw new NotSubscribed(panelId);
      if (another !== undefined) {
        throw new ValidationFailed([
          { pointer: '/owner', message: 'is required: several workspaces have this id' },
        ]);
      }
      const key = panelKey(first, workspaceId, panelId);
      const { hub } = this.ports;
      hub.show({ key, subscriber: this.subscriber, userId: subject, data: data as JsonValue });
    });
  }

  /** Ends the subscriptions in a workspace that is no longer shared with the user. */
  revoke({ owner, workspaceId }: WorkspaceKey, reason: StateError): void {
    for (const [name, { target }] of [...this.#subscribed]) {
      if (target.owner === owner && target.workspaceId === workspaceId) this.#revoke(name, reason);
    }
  }

  /** Ends all of them: the connection is gone. */
  close(): void {
    this.#closed = true;
    for (const name of [...this.#subscribed.keys()]) this.#end(name);
  }

  async #renew(name: string, subscribed: Subscribed, caller: Principal): Promise<void> {
    const { target, subscription: before } = subscribed;
    try {
      await this.#admit(target, caller);
    } catch (error) {
      // While the store is away access cannot be checked, and there are no new changes either.
      if (!(error instanceof Unavailable)) throw error;
      requireReach(caller, placeOf(target));
    }
    if (!this.#isCurrent(name, subscribed)) return;
    const isSameReach = caller.paths.text === subscribed.caller.paths.text;
    if (target.panelId !== wholeWorkspace || isSameReach) {
      this.#subscribed.set(name, { ...subscribed, caller });
      return;
    }
    const subscription = await this.#follow(target, caller, {}, before);
    if (!this.#isCurrent(name, subscribed)) return subscription.stop();
    subscription.begin();
    this.#subscribed.set(name, { target, caller, subscription });
  }

  #isCurrent(name: string, subscribed: Subscribed): boolean {
    return this.#subscribed.get(name) === subscribed;
  }

  #revoke(name: string, reason: StateError): void {
    const target = this.#subscribed.get(name)?.target;
    this.#end(name);
    if (target) this.onEnded(target, reason);
  }

  #end(name: string): void {
    this.#subscribed.get(name)?.subscription.stop();
    this.#subscribed.delete(name);
  }

  async #admit(request: UnsubscribeRequest, caller: Principal, counts?: RequestKind): Promise<WorkspaceKey> {
    const place = placeOf(request);
    return (await this.ports.admission.admit({ caller, scope: 'state:read', counts, place })).workspace;
  }

  async #follow(
    target: SubscriptionTarget,
    caller: Principal,
    { version, revision }: Pick<SubscribeRequest, 'version' | 'revision'>,
    replaced: Subscription | undefined,
  ): Promise<Subscription> {
    const { owner, workspaceId, panelId } = target;
    const { hub } = this.ports;
    if (panelId === wholeWorkspace) {
      const { paths } = caller;
      const reach = {
        panel: (id: string) => paths.reachesPanel(workspaceId, id),
        whole: paths.reachesWhole(workspaceId),
      };
      const workspace = { kind: 'workspace', key: { owner, workspaceId }, reach, revision } as const;
      return hub.follow(workspace, this.subscriber, replaced);
    }
    const key = panelKey(owner, workspaceId, panelId);
    return hub.follow({ kind: 'panel', key, version }, this.subscriber, replaced);
  }

  #inOrder(work: () => Promise<void>): Promise<void> {
    // The connection is gone: a request that still waits needs no reply.
    return this.#requests.run(async () => (this.#closed ? undefined : work()));
  }
}

function placeOf({ workspaceId, owner, panelId }: UnsubscribeRequest): Place {
  return { workspaceId, owner, panelId: panelId === wholeWorkspace ? undefined : panelId, access: 'read' };
}

function nameOf({ panelId, workspaceId, owner }: SubscriptionTarget): string {
  return `${panelId}/${workspaceId}/${owner}`;
}
