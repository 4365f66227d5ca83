import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import {
  Unavailable,
  type PanelKey,
  type WorkspaceKey,
  type LeaseRenewal,
  type PresenceBoard,
  type PresenceListener,
  type PresenceMember,
} from '@nexus-state/state-core';
import { isJsonObject } from '@nexus-state/documents';
import type { RedisClient } from './connect';
import { type PresenceRedis, withPresenceCommands } from './presence-scripts';
import { RedisChannels } from './redis-channels';

/** How long what was put is kept; twice what the port promises, should a gateway be late. */
const keepMs = 600_000;

/** In which panel something has changed, and under which lease: `<lease> <panelId>`. */
interface Change {
  readonly lease: string;
  readonly panelId: string;
}

/** How a board is set up. */
export interface PresenceBoardOptions {
  /** How long what is shown outlives the last renewal, in milliseconds. */
  readonly leaseMs: number;
  /** What its keys and channels begin with. */
  readonly prefix?: string;
}

/**
 * The board in Redis. `<prefix>:leases` has the leases of all gateways; `<prefix>:{<owner>:<workspaceId>}:<panelId>` what each
 * shows in a panel, as one JSON list under the id of its lease. A lease that has ended never comes back: its gateway takes
 * one with another id, so that every reader may remove what it finds under an ended lease.
 */
export class RedisPresenceBoard implements PresenceBoard {
  readonly #redis: PresenceRedis;
  readonly #channels: RedisChannels<Change>;
  readonly #prefix: string;
  #lease: string | undefined;
  /** The leases that were held when last looked at. */
  #held: ReadonlySet<string> = new Set();

  /**
   * @param redis a client that fails fast while Redis is away
   * @param subscriber a client for subscriptions (`openRedisSubscriber`), which may be shared
   */
  constructor(
    redis: RedisClient,
    subscriber: Redis,
    private readonly options: PresenceBoardOptions,
  ) {
    this.#redis = withPresenceCommands(redis);
    this.#channels = new RedisChannels(subscriber, readChange);
    this.#prefix = options.prefix ?? 'nexus-presence';
  }

  async renew(): Promise<LeaseRenewal> {
    const { leaseMs } = this.options;
    const held =
      this.#lease && (await this.#ask(this.#redis.nexusPresenceRenew(this.#leases, this.#lease, leaseMs, 0)));
    if (held) return { fresh: false, othersGone: this.#look(held) };
    const lease = randomUUID();
    const taken = await this.#ask(this.#redis.nexusPresenceRenew(this.#leases, lease, leaseMs, 1));
    const ended = this.#lease;
    this.#lease = lease;
    return { fresh: true, othersGone: this.#look(taken ?? [], ended) };
  }

  async put(key: PanelKey, members: readonly PresenceMember[]): Promise<void> {
    const lease = this.#lease;
    if (lease === undefined) throw new Unavailable('The presence board');
    const shown = members.length > 0 ? JSON.stringify(members) : '';
    const { panel, workspace, channel } = this.#names(key);
    const message = `${lease} ${key.panelId}`;
    await this.#ask(
      this.#redis.nexusPresencePut(panel, workspace, lease, shown, key.panelId, keepMs, channel, message),
    );
  }

  async others(key: PanelKey): Promise<readonly PresenceMember[]> {
    const { panel, workspace } = this.#names(key);
    const shown = Object.entries(await this.#ask(this.#redis.hgetall(panel))).filter(
      ([lease]) => lease !== this.#lease,
    );
    let held = this.#held;
    // One that is not known may have just been taken.
    if (shown.some(([lease]) => !held.has(lease))) {
      held = new Set(await this.#ask(this.#redis.nexusPresenceLeases(this.#leases)));
    }
    const ended = shown.flatMap(([lease]) => (held.has(lease) ? [] : [lease]));
    if (ended.length > 0) {
      await this.#ask(this.#redis.nexusPresenceForget(panel, workspace, key.panelId, ...ended));
    }
    return shown.flatMap(([lease, text]) => (held.has(lease) ? readMembers(text) : []));
  }

  async panels(workspace: WorkspaceKey): Promise<readonly string[]> {
    return this.#ask(this.#redis.smembers(this.#names({ ...workspace, panelId: '' }).workspace));
  }

  async listen(workspace: WorkspaceKey, listener: PresenceListener): Promise<() => Promise<void>> {
    const { channel } = this.#names({ ...workspace, panelId: '' });
    const onMessage = ({ lease, panelId }: Change) => {
      if (lease !== this.#lease) listener.onChange(panelId);
    };
    return this.#ask(this.#channels.listen(channel, { onMessage, onGap: () => listener.onGap() }));
  }

  async leave(): Promise<void> {
    const lease = this.#lease;
    this.#lease = undefined;
    if (lease !== undefined) await this.#ask(this.#redis.zrem(this.#leases, lease));
  }

  get #leases(): string {
    return `${this.#prefix}:leases`;
  }

  /** All keys of a workspace share a hash tag, so that a Redis Cluster keeps them on one node. */
  #names({ owner, workspaceId, panelId }: PanelKey): { panel: string; workspace: string; channel: string } {
    const name = `${encodeURIComponent(owner)}:${workspaceId}`;
    const workspace = `${this.#prefix}:{${name}}`;
    return { workspace, panel: `${workspace}:${panelId}`, channel: `${this.#prefix}-changes:${name}` };
  }

  /**
   * Remembers which leases are held, and says whether one that was is not any longer.
   * @param own the lease that this gateway had, which does not count
   */
  #look(leases: readonly string[], own?: string): boolean {
    const held = new Set(leases);
    const gone = [...this.#held].some((lease) => lease !== own && !held.has(lease));
    this.#held = held;
    return gone;
  }

  async #ask<T>(command: Promise<T>): Promise<T> {
    try {
      return await command;
    } catch (error) {
      throw new Unavailable('The presence board', { cause: error });
    }
  }
}

function readChange(_channel: string, text: string): Change | undefined {
  const [lease, panelId] = text.split(' ');
  return lease && panelId ? { lease, panelId } : undefined;
}

/** The members in a text; none where the text is none of ours. */
function readMembers(text: string): readonly PresenceMember[] {
  let members: unknown;
  try {
    members = JSON.parse(text);
  } catch {
    return [];
  }
  return Array.isArray(members) && members.every(isMember) ? members : [];
}

function isMember(value: unknown): value is PresenceMember {
  if (!isJsonObject(value as never)) return false;
  const { connectionId, userId, data } = value as unknown as Record<string, unknown>;
  return typeof connectionId === 'string' && typeof userId === 'string' && data !== undefined;
}
