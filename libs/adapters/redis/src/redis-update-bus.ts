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
import { CallsOfTurn } from './calls-of-turn';
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
 * different ones may overtake each other. KEYS[1] the channel, ARGV the messages.
 */
const publishAtSlot = "for _, message in ipairs(ARGV) do redis.call('PUBLISH', KEYS[1], message) end";

/** ARGV the channel and the text of each message. */
const publishEach = "for index = 1, #ARGV, 2 do redis.call('PUBLISH', ARGV[index], ARGV[index + 1]) end";

interface PublishCommands {
  nexusPublishAtSlot(channel: string, ...messages: readonly string[]): Promise<null>;
  nexusPublishEach(...channelsAndMessages: readonly string[]): Promise<null>;
}

interface Message {
  readonly channel: string;
  readonly text: string;
}

/** Hands what a message on a channel says to one of its listeners. */
type Delivery = (listener: UpdateListener) => void;

/**
 * Updates over Redis publish/subscribe, on one channel a workspace: `state-updates:<owner>:<workspaceId>`, the owner
 * percent-encoded. A channel is subscribed only while it has a listener in this process. After a lost connection the channels
 * are subscribed anew, and their listeners get `onGap`. Messages carry the trace that they
 * were sent in, and are delivered in it. Those of one turn of the event loop are published together.
 */
export class RedisUpdateBus implements UpdateBus {
  readonly #redis: RedisClient & PublishCommands;
  readonly #messages = new CallsOfTurn<Message>((messages) => this.#publish(messages));
  readonly #channels: RedisChannels<Delivery> | undefined;

  /**
   * @param publisher a client that fails fast while Redis is away
   * @param subscriber a client of its own for subscriptions (`openRedisSubscriber`); not needed by a process that only
   *   publishes
   */
  constructor(publisher: RedisClient, subscriber?: Redis) {
    publisher.defineCommand('nexusPublishAtSlot', { numberOfKeys: 1, lua: publishAtSlot });
    publisher.defineCommand('nexusPublishEach', { numberOfKeys: 0, lua: publishEach });
    this.#redis = publisher as RedisClient & PublishCommands;
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

  async #send(workspace: WorkspaceKey, text: string): Promise<void> {
    const channel = channelOf(workspace);
    try {
      await this.#messages.add(isCluster(this.#redis) ? channel : '', { channel, text }, text.length);
    } catch (error) {
      throw new Unavailable('The update bus', { cause: error });
    }
  }

  /** Publishes messages of one turn; in a cluster, all of them are for one channel. */
  #publish(messages: readonly Message[]): Promise<unknown> {
    const [first] = messages as [Message, ...Message[]];
    if (isCluster(this.#redis))
      return this.#redis.nexusPublishAtSlot(first.channel, ...messages.map(({ text }) => text));
    if (messages.length === 1) return this.#redis.publish(first.channel, first.text);
    return this.#redis.nexusPublishEach(...messages.flatMap(({ channel, text }) => [channel, text]));
  }
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
