import type { RedisClient } from './connect';
import {
  type CachedPanel,
  type NewCopy,
  type PanelCache,
  type PanelKey,
  Unavailable,
  isLarge,
} from '@nexus-state/state-core';
import { GzipText } from './packed-text';
import { panelEntry, readPanelEntry } from './panel-entry';
import { ServerName } from './server-name';

// KEYS[1] the panel's key. ARGV[1] version, ARGV[2] time to live in seconds, ARGV[3] the entry.
// An entry begins with its version, when it was checked and its epoch, up to a line feed. Writes it unless a newer one is there; answers 1 when written.
const writeScript = `
  local version = string.match(redis.call('GETRANGE', KEYS[1], 0, 16), '^%d+')
  if version and tonumber(version) > tonumber(ARGV[1]) then return 0 end
  redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[2])
  return 1`;

interface CacheCommands {
  nexusCacheWrite(key: string, version: number, ttlSeconds: number, entry: string | Buffer): Promise<number>;
}

/** Copies of panels in Redis, shared by all processes; see `panelEntry`. */
export class RedisPanelCache implements PanelCache {
  readonly #redis: RedisClient & CacheCommands;
  readonly #name: ServerName;

  /**
   * @param redis a client that fails fast while Redis is away
   * @param ttlSeconds how long a copy is kept without being written
   */
  constructor(
    redis: RedisClient,
    private readonly ttlSeconds: number,
  ) {
    redis.defineCommand('nexusCacheWrite', { numberOfKeys: 1, lua: writeScript });
    this.#redis = redis as RedisClient & CacheCommands;
    this.#name = new ServerName(redis);
  }

  get server(): string | undefined {
    return this.#name.current;
  }

  async read(key: PanelKey): Promise<CachedPanel | undefined> {
    const entry = await available(this.#redis.getBuffer(redisKey(key)));
    return entry === null ? undefined : readPanelEntry(entry);
  }

  async write(key: PanelKey, panel: NewCopy): Promise<void> {
    await available(this.#write(key, panel));
  }

  /**
   * A large document is compressed, once for all who read it. A smaller one is not: to expand it would take longer than to read it.
   */
  async #write(key: PanelKey, panel: NewCopy): Promise<void> {
    const { document, version } = panel;
    const isToPack = document !== undefined && isLarge(document.length);
    const entry = panelEntry(isToPack ? { ...panel, document: await GzipText.of(document) } : panel);
    await this.#redis.nexusCacheWrite(redisKey(key), version, this.ttlSeconds, entry);
  }
}

/** All panels of a workspace share a hash tag, so that a Redis Cluster keeps them on one node. */
function redisKey({ owner, workspaceId, panelId }: PanelKey): string {
  return `nexus-panel:{${encodeURIComponent(owner)}:${workspaceId}}:${panelId}`;
}

async function available<T>(command: Promise<T>): Promise<T> {
  try {
    return await command;
  } catch (error) {
    throw new Unavailable('The cache', { cause: error });
  }
}
