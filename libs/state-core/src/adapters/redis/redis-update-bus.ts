import type { Redis } from 'ioredis';
import { Unavailable } from '../../errors';
import type { Change, WorkspaceKey } from '../../panel';
import type { UpdateBus, UpdateListener } from '../../ports';
import { type WorkspaceEvent, workspaceOf } from '../../snapshot';
import { eventMessage, readEvent } from './event-message';
import { parseMessage, readUpdate, updateMessage, workspaceOfChannel } from './update-message';
import { whenReady } from './when-ready';

/** How long a subscription waits for a connection that is being made. */
const patienceMs = 2_000;

/**
 * Updates over Redis publish/subscribe, on one channel a workspace: `state-updates:<owner>:<workspaceId>`, the owner
 * percent-encoded. A channel is subscribed only while somebody here listens to it. After a lost connection the channels
 * are subscribed anew, and their listeners told that they may have missed something.
 */
export class RedisUpdateBus implements UpdateBus {
  readonly #listeners = new Map<string, Set<UpdateListener>>();
  /** The channels that are subscribed, or were until the connection was lost. */
  readonly #subscribed = new Set<string>();

  /**
   * @param publisher a client that fails fast while Redis is away
   * @param subscriber a client of its own for subscriptions (`openRedisSubscriber`); not needed by a process that only
   *   publishes
   */
  constructor(
    private readonly publisher: Redis,
    private readonly subscriber?: Redis,
  ) {
    subscriber?.on('message', (channel: string, message: string) => this.#hear(channel, message));
    subscriber?.on('ready', () => void this.#resubscribe(subscriber));
  }

  publish(change: Change): Promise<void> {
    return this.#send(change.key, updateMessage(change));
  }

  announce(event: WorkspaceEvent): Promise<void> {
    return this.#send(workspaceOf(event), eventMessage(event));
  }

  async #send(workspace: WorkspaceKey, message: string): Promise<void> {
    try {
      await this.publisher.publish(channelOf(workspace), message);
    } catch (error) {
      throw new Unavailable('The update bus', { cause: error });
    }
  }

  async subscribe(workspace: WorkspaceKey, listener: UpdateListener): Promise<() => Promise<void>> {
    const { subscriber } = this;
    if (!subscriber) throw new Error('This bus was made for publishing only.');
    const channel = channelOf(workspace);
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(listener);
    const leave = async () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      this.#listeners.delete(channel);
      this.#subscribed.delete(channel);
      // Without a connection there is nothing to leave: it is not subscribed again.
      await subscriber.unsubscribe(channel).catch(() => undefined);
    };
    try {
      await whenReady(subscriber, patienceMs);
      await subscriber.subscribe(channel);
      if (listeners.size > 0) this.#subscribed.add(channel);
    } catch (error) {
      await leave();
      throw new Unavailable('The update bus', { cause: error });
    }
    return leave;
  }

  async #resubscribe(subscriber: Redis): Promise<void> {
    const channels = [...this.#subscribed];
    if (channels.length === 0) return;
    try {
      await subscriber.subscribe(...channels);
    } catch {
      // A connection that is half there helps nobody; after the next one this is tried again.
      subscriber.disconnect(true);
      return;
    }
    for (const channel of channels) this.#tell(channel, (listener) => listener.missed());
  }

  #hear(channel: string, message: string): void {
    if (!this.#listeners.has(channel)) return;
    const workspace = workspaceOfChannel(channel);
    const fields = parseMessage(message);
    const change = workspace && readUpdate(workspace, fields);
    if (change) return this.#tell(channel, (listener) => listener.heard(change));
    const event = workspace && readEvent(workspace, fields);
    if (event) this.#tell(channel, (listener) => listener.told(event));
  }

  #tell(channel: string, tell: (listener: UpdateListener) => void): void {
    for (const listener of [...(this.#listeners.get(channel) ?? [])]) {
      try {
        tell(listener);
      } catch {
        // One listener's mistake is not the others' loss.
      }
    }
  }
}

function channelOf({ owner, workspaceId }: WorkspaceKey): string {
  return `state-updates:${encodeURIComponent(owner)}:${workspaceId}`;
}
