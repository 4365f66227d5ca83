import {
  type CachedPanel,
  type NewCopy,
  type PanelCache,
  type PanelKey,
  Unavailable,
  isLarge,
} from '@nexus-state/state-core';
import { CallsOfTurn } from './calls-of-turn';
import { type RedisClient, isCluster } from './connect';
import { GzipText } from './packed-text';
import { panelEntry, readPanelEntry } from './panel-entry';
import { ServerName } from './server-name';

// KEYS the panels' keys. ARGV[1] time to live in seconds; then for each panel its version, and the entry.
// An entry begins with its version, when it was checked and its epoch, up to a line feed. Writes each unless a newer one is there.
const writeScript = `
  for index, key in ipairs(KEYS) do
    local version = string.match(redis.call('GETRANGE', key, 0, 16), '^%d+')
    if not version or tonumber(version) <= tonumber(ARGV[2 * index]) then
      redis.call('SET', key, ARGV[2 * index + 1], 'EX', ARGV[1])
    end
  end`;

interface CacheCommands {
  nexusCacheWrite(keys: number, ...keysAndArguments: readonly (string | number | Buffer)[]): Promise<null>;
}

/** A copy on its way to Redis. */
interface Entry {
  readonly key: string;
  readonly version: number;
  readonly entry: string | Buffer;
}

/** Copies of panels in Redis, shared by all processes; see `panelEntry`. Those that are written in one turn are written together. */
export class RedisPanelCache implements PanelCache {
  readonly #redis: RedisClient & CacheCommands;
  readonly #name: ServerName;
  readonly #writes = new CallsOfTurn<Entry>((entries) => this.#writeAll(entries));

  /**
   * @param redis a client that fails fast while Redis is away
   * @param ttlSeconds how long a copy is kept without being written
   */
  constructor(
    redis: RedisClient,
    private readonly ttlSeconds: number,
  ) {
    redis.defineCommand('nexusCacheWrite', { lua: writeScript });
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
    await this.#writes.add(this.#nodeOf(key), { key: redisKey(key), version, entry }, entry.length);
  }

  async #writeAll(entries: readonly Entry[]): Promise<void> {
    const keys = entries.map(({ key }) => key);
    const values = entries.flatMap(({ version, entry }) => [version, entry]);
    await this.#redis.nexusCacheWrite(keys.length, ...keys, this.ttlSeconds, ...values);
  }

  /** A name of where a panel is kept: what has the same one, can be written together. */
  #nodeOf(key: PanelKey): string {
    return isCluster(this.#redis) ? hashTag(key) : '';
  }
}

function redisKey(key: PanelKey): string {
  return `nexus-panel:{${hashTag(key)}}:${key.panelId}`;
}

/** All panels of a workspace share a hash tag, so that a Redis Cluster keeps them on one node. */
function hashTag({ owner, workspaceId }: PanelKey): string {
  return `${encodeURIComponent(owner)}:${workspaceId}`;
}

async function available<T>(command: Promise<T>): Promise<T> {
  try {
    return await command;
  } catch (error) {
    throw new Unavailable('The cache', { cause: error });
  }
}
