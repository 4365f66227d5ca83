import type { Redis } from 'ioredis';
import { Unavailable } from '../../errors';
import type { Change, WorkspaceKey } from '../../panel';
import type { UpdateBus, UpdateListener } from '../../ports';
import { type WorkspaceEvent, workspaceOf } from '../../snapshot';
import { eventMessage, readEvent } from './event-message';
import { RedisChannels } from './redis-channels';
import { parseMessage, readUpdate, updateMessage, workspaceOfChannel } from './update-message';

/** What a message on a channel says, as one of its listeners takes it. */
type Telling = (listener: UpdateListener) => void;

/**
 * Updates over Redis publish/subscribe, on one channel a workspace: `state-updates:<owner>:<workspaceId>`, the owner
 * percent-encoded. A channel is subscribed only while somebody here listens to it. After a lost connection the channels
 * are subscribed anew, and their listeners told that they may have missed something.
 */
export class RedisUpdateBus implements UpdateBus {
  readonly #channels: RedisChannels<Telling> | undefined;

  /**
   * @param publisher a client that fails fast while Redis is away
   * @param subscriber a client of its own for subscriptions (`openRedisSubscriber`); not needed by a process that only
   *   publishes
   */
  constructor(
    private readonly publisher: Redis,
    subscriber?: Redis,
  ) {
    this.#channels = subscriber && new RedisChannels(subscriber, readMessage);
  }

  publish(change: Change): Promise<void> {
    return this.#send(change.key, updateMessage(change));
  }

  announce(event: WorkspaceEvent): Promise<void> {
    return this.#send(workspaceOf(event), eventMessage(event));
  }

  async subscribe(workspace: WorkspaceKey, listener: UpdateListener): Promise<() => Promise<void>> {
    if (!this.#channels) throw new Error('This bus was made for publishing only.');
    const heard = (tell: Telling) => tell(listener);
    try {
      return await this.#channels.listen(channelOf(workspace), { heard, missed: () => listener.missed() });
    } catch (error) {
      throw new Unavailable('The update bus', { cause: error });
    }
  }

  async #send(workspace: WorkspaceKey, message: string): Promise<void> {
    try {
      await this.publisher.publish(channelOf(workspace), message);
    } catch (error) {
      throw new Unavailable('The update bus', { cause: error });
    }
  }
}

function readMessage(channel: string, message: string): Telling | undefined {
  const workspace = workspaceOfChannel(channel);
  const fields = parseMessage(message);
  const change = workspace && readUpdate(workspace, fields);
  if (change) return (listener) => listener.heard(change);
  const event = workspace && readEvent(workspace, fields);
  return event && ((listener) => listener.told(event));
}

function channelOf({ owner, workspaceId }: WorkspaceKey): string {
  return `state-updates:${encodeURIComponent(owner)}:${workspaceId}`;
}
