import type { Redis } from 'ioredis';
import {
  Unavailable,
  type Change,
  type WorkspaceKey,
  type UpdateBus,
  type UpdateListener,
  type WorkspaceEvent,
  workspaceOf,
} from '@nexus-state/state-core';
import { type RedisClient, isCluster } from './connect';
import { eventMessage, readEvent } from './event-message';
import { RedisChannels } from './redis-channels';
import { activeTraceparent, inTraceOf } from './trace-context';
import {
  parseMessage,
  readReached,
  readTraceparent,
  readUpdate,
  updateMessage,
  workspaceOfChannel,
} from './update-message';

/**
 * Publishes where the slot of the channel is: in a cluster, PUBLISH itself goes to any of the nodes, and what goes by
 * different ones may overtake each other.
 */
const publishScript = "return redis.call('PUBLISH', KEYS[1], ARGV[1])";

type Publish = (channel: string, message: string) => Promise<unknown>;

/** Hands what a message on a channel says to one of its listeners. */
type Delivery = (listener: UpdateListener) => void;

/**
 * Updates over Redis publish/subscribe, on one channel a workspace: `state-updates:<owner>:<workspaceId>`, the owner
 * percent-encoded. A channel is subscribed only while it has a listener in this process. After a lost connection the channels
 * are subscribed anew, and their listeners get `onGap`. Messages carry the trace that they
 * were sent in, and are delivered in it.
 */
export class RedisUpdateBus implements UpdateBus {
  readonly #publish: Publish;
  readonly #channels: RedisChannels<Delivery> | undefined;

  /**
   * @param publisher a client that fails fast while Redis is away
   * @param subscriber a client of its own for subscriptions (`openRedisSubscriber`); not needed by a process that only
   *   publishes
   */
  constructor(publisher: RedisClient, subscriber?: Redis) {
    this.#publish = publishBy(publisher);
    this.#channels = subscriber && new RedisChannels(subscriber, readMessage);
  }

  publish(change: Change, alone = false): Promise<void> {
    return this.#send(change.key, updateMessage(change, alone, activeTraceparent()));
  }

  announce(event: WorkspaceEvent): Promise<void> {
    return this.#send(workspaceOf(event), eventMessage(event, activeTraceparent()));
  }

  async subscribe(workspace: WorkspaceKey, listener: UpdateListener): Promise<() => Promise<void>> {
    if (!this.#channels) throw new Error('This bus was made for publishing only.');
    const onMessage = (deliver: Delivery) => deliver(listener);
    try {
      return await this.#channels.listen(channelOf(workspace), { onMessage, onGap: () => listener.onGap() });
    } catch (error) {
      throw new Unavailable('The update bus', { cause: error });
    }
  }

  async #send(workspace: WorkspaceKey, message: string): Promise<void> {
    try {
      await this.#publish(channelOf(workspace), message);
    } catch (error) {
      throw new Unavailable('The update bus', { cause: error });
    }
  }
}

function publishBy(redis: RedisClient): Publish {
  if (!isCluster(redis)) return (channel, message) => redis.publish(channel, message);
  redis.defineCommand('nexusPublish', { numberOfKeys: 1, lua: publishScript });
  const { nexusPublish } = redis as unknown as { nexusPublish: Publish };
  return nexusPublish.bind(redis);
}

function readMessage(channel: string, message: string): Delivery | undefined {
  const workspace = workspaceOfChannel(channel);
  const fields = parseMessage(message);
  const traceparent = readTraceparent(fields);
  const change = workspace && readUpdate(workspace, fields);
  if (change)
    return (listener) => inTraceOf(traceparent, () => listener.onChange(change.change, change.alone));
  const reached = workspace && readReached(workspace, fields);
  if (reached)
    return (listener) =>
      inTraceOf(traceparent, () => listener.onReached(reached.key, reached.version, reached.revision));
  const event = workspace && readEvent(workspace, fields);
  return event && ((listener) => inTraceOf(traceparent, () => listener.onEvent(event)));
}

function channelOf({ owner, workspaceId }: WorkspaceKey): string {
  return `state-updates:${encodeURIComponent(owner)}:${workspaceId}`;
}
