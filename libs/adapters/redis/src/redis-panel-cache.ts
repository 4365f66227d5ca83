import type { RedisClient } from './connect';
import { Unavailable, type PanelKey, type CachedPanel, type PanelCache } from '@nexus-state/state-core';
import { ServerName } from './server-name';

// KEYS[1] the panel's key. ARGV[1] version, ARGV[2] time to live in seconds, ARGV[3] the entry.
// An entry begins with its version, when it was checked and its epoch, up to a line feed. Writes it unless a newer one is there; answers 1 when written.
const writeScript = `
  local version = string.match(redis.call('GETRANGE', KEYS[1], 0, 16), '^%d+')
  if version and tonumber(version) > tonumber(ARGV[1]) then return 0 end
  redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[2])
  return 1`;

interface CacheCommands {
  nexusCacheWrite(key: string, version: number, ttlSeconds: number, entry: string): Promise<number>;
}

/**
 * Copies of panels in Redis, shared by all processes: `<version> <checked at> <epoch>\n<document>`,
 * nothing after the line feed when deleted.
 */
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
    const entry = await available(this.#redis.get(redisKey(key)));
    if (entry === null) return undefined;
    const end = entry.indexOf('\n');
    const document = entry.slice(end + 1);
    const [version, checkedAt, epoch = ''] = entry.slice(0, end).split(' ');
    return {
      version: Number(version),
      checkedAt: Number(checkedAt),
      epoch,
      document: document === '' ? undefined : document,
    };
  }

  async write(key: PanelKey, { version, checkedAt, epoch, document }: CachedPanel): Promise<void> {
    const entry = `${version} ${checkedAt} ${epoch}\n${document ?? ''}`;
    await available(this.#redis.nexusCacheWrite(redisKey(key), version, this.ttlSeconds, entry));
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
