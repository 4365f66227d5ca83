import { type SubscribeRequest, type UnsubscribeRequest, wholeWorkspace } from '@nexus-state/contracts';
import { type Principal, requireScope } from '@nexus-state/nest-kit';
import {
  type AccessControl,
  type Following,
  PanelNotFound,
  type Subscriber,
  type WorkspaceFeeds,
  type WorkspaceKey,
  panelKey,
} from '@nexus-state/state-core';

/** What subscriptions are made from. */
export interface SubscriptionPorts {
  readonly access: AccessControl;
  readonly feeds: WorkspaceFeeds;
}

interface Subscription {
  readonly request: UnsubscribeRequest;
  readonly owner: string;
  readonly following: Following;
}

/** The subscriptions of one connection, through whichever door. Requests are settled in the order they came. */
export class Subscriptions {
  readonly #standing = new Map<string, Subscription>();
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(
    private readonly subscriber: Subscriber,
    private readonly ports: SubscriptionPorts,
  ) {}

  /**
   * Subscribes to a panel or a workspace; one that is subscribed already begins anew.
   * @param caller who is asking; needs the scope `state:read`
   * @param answer told of the version the panel is at, before the first event is sent
   * @throws Forbidden, InvalidId, WorkspaceNotFound, PanelNotFound, RoleRequired, ValidationFailed, Unavailable
   */
  subscribe(
    request: SubscribeRequest,
    caller: Principal,
    answer: (version: number | undefined) => void,
  ): Promise<void> {
    return this.#inTurn(async () => {
      const { workspaceId, panelId } = request;
      requireScope(caller, 'state:read');
      const { subject, paths } = caller;
      const place = await this.ports.access.open({
        ...{ subject, paths, workspaceId, access: 'read' },
        owner: request.owner,
      });
      const name = `${panelId}/${workspaceId}/${place.owner}`;
      this.#standing.get(name)?.following.stop();
      this.#standing.delete(name);
      const following = await this.#follow(place, request, caller);
      if (this.#closed) return following.stop();
      this.#standing.set(name, { request, owner: place.owner, following });
      answer(following.version);
      following.begin();
    });
  }

  /** Ends a subscription; one that does not stand is none to end. */
  unsubscribe({ workspaceId, panelId, owner }: UnsubscribeRequest): Promise<void> {
    return this.#inTurn(async () => {
      for (const [name, { request, owner: whose, following }] of this.#standing) {
        if (request.workspaceId !== workspaceId || request.panelId !== panelId) continue;
        if (owner !== undefined && owner !== whose) continue;
        following.stop();
        this.#standing.delete(name);
      }
    });
  }

  /** Ends all of them: the connection is gone. */
  close(): void {
    this.#closed = true;
    for (const { following } of this.#standing.values()) following.stop();
    this.#standing.clear();
  }

  #follow(place: WorkspaceKey, request: SubscribeRequest, { paths }: Principal): Promise<Following> {
    const { workspaceId, panelId, version } = request;
    const { owner } = place;
    const { feeds } = this.ports;
    if (panelId === wholeWorkspace) {
      const reach = {
        panel: (id: string) => paths.reachesPanel(workspaceId, id),
        whole: paths.reachesWhole(workspaceId),
      };
      return feeds.followWorkspace({ owner, workspaceId }, this.subscriber, reach);
    }
    const key = panelKey(owner, workspaceId, panelId);
    if (!paths.reachesPanel(workspaceId, panelId)) throw new PanelNotFound(panelId);
    return feeds.followPanel(key, this.subscriber, version);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    // What waits when the connection goes has nobody left to answer.
    const turn = this.#last.then(() => (this.#closed ? undefined : work()));
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
