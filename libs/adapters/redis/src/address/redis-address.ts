/** Where Redis is: the address of one server (`redis://…` or `rediss://…`), or a cluster. */
export type RedisAddress = string | RedisClusterAddress;

/** A Redis Cluster, by some of its nodes, which know the others. */
export interface RedisClusterAddress {
  readonly nodes: readonly RedisNode[];
  readonly username?: string;
  readonly password?: string;
  /** Whether its nodes are spoken to over TLS. */
  readonly tls: boolean;
}

/** The cluster, with a password where it names none itself. */
export function withPassword(
  cluster: RedisClusterAddress,
  password: string | undefined,
): RedisClusterAddress {
  return password === undefined ? cluster : { password, ...cluster };
}

/** One server of a cluster. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

const expected = 'must be a list such as redis://one:6379,redis://two:6379, or the same as a JSON list';

/**
 * Reads the nodes of a cluster: addresses (`redis://[user:password@]host[:port]`, or `rediss://` over TLS), divided by commas
 * or as a JSON list. What is said of login and TLS holds for all nodes, so it may not differ.
 * @throws Error saying what is wrong with the list; it quotes no password
 */
export function readRedisCluster(list: string): RedisClusterAddress {
  const urls = listed(list).map(readUrl);
  const [first] = urls;
  if (!first) throw new Error(expected);
  for (const part of ['protocol', 'username', 'password'] as const) {
    if (urls.some((url) => url[part] !== first[part]))
      throw new Error(`must have the same ${part} for all nodes`);
  }
  const { username, password } = first;
  return {
    nodes: urls.map(({ hostname, port }) => ({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? 6379 : Number(port),
    })),
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    tls: first.protocol === 'rediss:',
  };
}

function listed(list: string): readonly string[] {
  if (!list.trimStart().startsWith('[')) return list.split(',').map((item) => item.trim());
  let items: unknown;
  try {
    items = JSON.parse(list);
  } catch {
    throw new Error(expected);
  }
  if (!Array.isArray(items) || !items.every((item) => typeof item === 'string')) throw new Error(expected);
  return items as string[];
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') throw new Error(expected);
  if (!['', '/', '/0'].includes(url.pathname))
    throw new Error('must name no database: a cluster has number 0 alone');
  return url;
}
