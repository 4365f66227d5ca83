import type { Redis } from 'ioredis';
import { whenReady } from './when-ready';

/** How long a subscription waits for a connection that is being made. */
const patienceMs = 2_000;

/** Receives what is published on a channel. */
export interface ChannelListener<Message> {
  onMessage(message: Message): void;
  /** The connection was lost, and what was published meanwhile with it. */
  onGap(): void;
}

/**
 * Channels of Redis publish/subscribe. A channel is subscribed only while it has a listener in this process.
 * After a lost connection the channels are subscribed anew, and their listeners get `onGap`.
 */
export class RedisChannels<Message> {
  readonly #listeners = new Map<string, Set<ChannelListener<Message>>>();
  /** The channels that are subscribed, or were until the connection was lost. */
  readonly #subscribed = new Set<string>();

  /**
   * @param subscriber a client for subscriptions (`openRedisSubscriber`), which may be shared
   * @param read what a text on a channel says, read once for all listeners; undefined where it is none of ours
   */
  constructor(
    private readonly subscriber: Redis,
    private readonly read: (channel: string, text: string) => Message | undefined,
  ) {
    subscriber.on('message', (channel: string, text: string) => this.#receive(channel, text));
    subscriber.on('ready', () => void this.#resubscribe());
  }

  /**
   * Listens to a channel: receives what is published after this has resolved. A connection that is being made is waited
   * for, a few seconds at most. A listener that throws does not affect the others.
   * @returns stops listening; a second call does nothing
   * @throws the client's error when Redis cannot be reached
   */
  async listen(channel: string, listener: ChannelListener<Message>): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(listener);
    const leave = async () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      this.#listeners.delete(channel);
      this.#subscribed.delete(channel);
      // Without a connection there is nothing to leave: it is not subscribed again.
      await this.subscriber.unsubscribe(channel).catch(() => undefined);
    };
    try {
      await whenReady(this.subscriber, patienceMs);
      await this.subscriber.subscribe(channel);
      if (listeners.size > 0) this.#subscribed.add(channel);
    } catch (error) {
      await leave();
      throw error;
    }
    return leave;
  }

  async #resubscribe(): Promise<void> {
    const channels = [...this.#subscribed];
    if (channels.length === 0) return;
    try {
      await this.subscriber.subscribe(...channels);
    } catch {
      // A half-open connection is useless; the next connection tries this again.
      this.subscriber.disconnect(true);
      return;
    }
    for (const channel of channels) this.#deliver(channel, (listener) => listener.onGap());
  }

  #receive(channel: string, text: string): void {
    const message = this.#listeners.has(channel) ? this.read(channel, text) : undefined;
    if (message !== undefined) this.#deliver(channel, (listener) => listener.onMessage(message));
  }

  #deliver(channel: string, deliver: (listener: ChannelListener<Message>) => void): void {
    for (const listener of [...(this.#listeners.get(channel) ?? [])]) {
      try {
        deliver(listener);
      } catch {
        // An error of one listener must not reach the others.
      }
    }
  }
}
