import type { Redis } from 'ioredis';
import { Unavailable } from '../../errors';
import type { Change, WorkspaceKey } from '../../panel';
import type { UpdateBus, UpdateListener } from '../../ports';
import { readUpdate, updateMessage } from './update-message';

/**
 * Updates over Redis publish/subscribe, on one channel a workspace: `state-updates:<owner>:<workspaceId>`, the owner
 * percent-encoded. A channel is subscribed only while somebody here listens to it.
 */
export class RedisUpdateBus implements UpdateBus {
  readonly #listeners = new Map<string, Set<UpdateListener>>();

  /**
   * @param publisher a client that fails fast while Redis is away
   * @param subscriber a client of its own for subscriptions, which resubscribes after a reconnect; not needed by a
   *   process that only publishes
   */
  constructor(
    private readonly publisher: Redis,
    private readonly subscriber?: Redis,
  ) {
    subscriber?.on('message', (channel: string, message: string) => this.#hear(channel, message));
  }

  async publish(change: Change): Promise<void> {
    try {
      await this.publisher.publish(channelOf(change.key), updateMessage(change));
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
      await subscriber.unsubscribe(channel).catch(() => undefined);
    };
    try {
      await subscriber.subscribe(channel);
    } catch (error) {
      await leave();
      throw new Unavailable('The update bus', { cause: error });
    }
    return leave;
  }

  #hear(channel: string, message: string): void {
    const listeners = this.#listeners.get(channel);
    const change = listeners && readUpdate(channel, message);
    if (change) for (const listener of [...listeners]) listener(change);
  }
}

function channelOf({ owner, workspaceId }: WorkspaceKey): string {
  return `state-updates:${encodeURIComponent(owner)}:${workspaceId}`;
}
