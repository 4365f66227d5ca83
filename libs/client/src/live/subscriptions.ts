import { backoffMs } from '../http/pause';
import { NetworkError, type NexusError } from '../http/problem';
import { isPassing, waitMs } from '../http/transport';
import { type Follower, type Target, everyPanel } from './follower';

/** A panel that is not there is asked for again after so long at most. */
const mostTries = 6;

/** What subscribes and unsubscribes. */
interface Gateway {
  readonly isConnected: boolean;
  ask(event: string, payload: object): Promise<unknown>;
}

/** The followers of one panel or workspace, and how far subscribing is. */
interface Topic extends Target {
  readonly followers: Set<Follower>;
  /** Which try to subscribe counts. */
  turn: number;
  attempt: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** The panels that are followed over one connection: each is subscribed to once, and again after every reconnect. */
export class Subscriptions {
  readonly #topics = new Map<string, Topic>();

  constructor(private readonly gateway: Gateway) {}

  get isEmpty(): boolean {
    return this.#topics.size === 0;
  }

  add(follower: Follower): void {
    const { workspaceId, panelId } = follower;
    const topic = this.#topics.get(nameOf(follower)) ?? {
      workspaceId,
      panelId,
      followers: new Set(),
      turn: 0,
      attempt: 0,
      timer: undefined,
    };
    this.#topics.set(nameOf(follower), topic);
    topic.followers.add(follower);
    if (this.gateway.isConnected) void this.#subscribe(topic);
  }

  remove(follower: Follower): void {
    const topic = this.#topics.get(nameOf(follower));
    if (!topic?.followers.delete(follower) || topic.followers.size > 0) return;
    this.#topics.delete(nameOf(follower));
    this.#quit(topic);
    const { workspaceId, panelId } = topic;
    if (this.gateway.isConnected)
      this.gateway.ask('unsubscribe', { workspaceId, panelId }).catch(() => undefined);
  }

  refresh(target: Target): void {
    const topic = this.#topics.get(nameOf(target));
    if (!topic || !this.gateway.isConnected) return;
    void this.#subscribe(topic);
  }

  /** Asks at once for a panel that was refused: it is there now. */
  retry(target: Target): void {
    if (this.#topics.get(nameOf(target))?.timer !== undefined) this.refresh(target);
  }

  connected(): void {
    for (const topic of [...this.#topics.values()]) {
      for (const follower of [...topic.followers]) follower.onConnection(true);
      topic.attempt = 0;
      void this.#subscribe(topic);
    }
  }

  disconnected(): void {
    for (const topic of [...this.#topics.values()]) {
      this.#quit(topic);
      for (const follower of [...topic.followers]) follower.onConnection(false);
    }
  }

  /** Tells those who follow the panel that an event is about, and those who follow its workspace. */
  deliver(payload: Pick<Target, 'workspaceId'> & Partial<Target>, event: string): void {
    const { workspaceId, panelId } = payload;
    const whole = this.#followers({ workspaceId, panelId: everyPanel });
    const own = panelId === undefined ? [] : this.#followers({ workspaceId, panelId });
    for (const follower of [...own, ...whole]) follower.onEvent(event, payload);
  }

  /** Takes it that the gateway has ended the subscription of a panel. */
  ended(target: Target, error: NexusError): void {
    const topic = this.#topics.get(nameOf(target));
    if (topic) this.#failed(topic, error);
  }

  /** Takes it that nothing can be followed. */
  refused(error: NexusError): void {
    for (const topic of [...this.#topics.values()])
      for (const follower of [...topic.followers]) follower.onRefused(error);
  }

  #followers(target: Target): Follower[] {
    return [...(this.#topics.get(nameOf(target))?.followers ?? [])];
  }

  async #subscribe(topic: Topic): Promise<void> {
    this.#quit(topic);
    const { turn, workspaceId, panelId } = topic;
    // The one that is behind the others decides where to begin: what the others know already, they pass by.
    const received = [...topic.followers].map((follower) => follower.received);
    const from = received.includes(undefined) ? undefined : Math.min(...(received as number[]));
    const place = panelId === everyPanel ? { revision: from } : { version: from };
    const request = { workspaceId, panelId, ...(from === undefined ? {} : place) };
    try {
      await this.gateway.ask('subscribe', request);
      if (topic.turn !== turn) return;
      topic.attempt = 0;
      for (const follower of [...topic.followers]) follower.onFollowing();
    } catch (error) {
      if (topic.turn === turn) this.#failed(topic, error as NexusError);
    }
  }

  #failed(topic: Topic, error: NexusError): void {
    this.#quit(topic);
    const mayPass = isPassing(error) || error instanceof NetworkError || passing.has(error.code);
    if (!mayPass) for (const follower of [...topic.followers]) follower.onRefused(error);
    const attempt = mayPass ? topic.attempt : Math.min(topic.attempt + 3, mostTries);
    topic.attempt++;
    const ms = mayPass ? waitMs(error, attempt) : backoffMs(attempt);
    topic.timer = setTimeout(() => {
      if (this.gateway.isConnected && topic.followers.size > 0) void this.#subscribe(topic);
    }, ms);
  }

  /** Makes answers to what was asked before count no more. */
  #quit(topic: Topic): void {
    topic.turn++;
    clearTimeout(topic.timer);
    topic.timer = undefined;
  }
}

/** Refusals over a live connection carry no status. */
const passing = new Set([
  'unavailable',
  'rate_limited',
  'too_much_contention',
  'too_many_queries',
  'server_draining',
]);

function nameOf({ workspaceId, panelId }: Target): string {
  return `${workspaceId}/${panelId}`;
}
