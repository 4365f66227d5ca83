import { cleanEnv, type CleanedEnv } from 'envalid';
import type { Limits, RateRules, TriggerOptions } from '@nexus-state/state-core';
import { type RedisAddress, withPassword } from '@nexus-state/redis/address';
import { settings } from './settings';

/** The settings of this process, read once at start. Named as their environment variables. */
export type Config = CleanedEnv<typeof settings>;

/** One or more settings are missing or wrong; the message names every one of them. */
export class ConfigError extends Error {}

/** Keys from documentation and examples: public, so not secret. */
const knownSecrets = ['development-secret-not-for-production', 'change-me', 'secret'];

/** What the ids of keys begin with that `npm start` makes. */
const developmentKeyId = 'development';

/**
 * Reads the configuration.
 * @param env the environment, `process.env` at start
 * @throws ConfigError listing every missing or wrong setting at once
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const problems: string[] = [];
  const config = cleanEnv(withoutEmpty(env), settings, {
    reporter: ({ errors }) => {
      for (const [name, error] of Object.entries(errors)) {
        problems.push(`${name}: ${env[name] === undefined ? 'is not set' : (error as Error).message}`);
      }
    },
  });
  problems.push(...missingIdentity(env), ...twoPlaces(env), ...halfTls(env));
  if (problems.length === 0) problems.push(...weakSecret(config), ...developmentKey(config));
  if (problems.length > 0) {
    throw new ConfigError(`The configuration is not valid:\n  ${problems.join('\n  ')}`);
  }
  return config;
}

/** Where Redis is, however it was configured. */
export function redisAddress(config: Config): RedisAddress {
  if (config.REDIS_CLUSTER_NODES) return withPassword(config.REDIS_CLUSTER_NODES, config.REDIS_PASSWORD);
  if (config.REDIS_URL) return config.REDIS_URL;
  const password = config.REDIS_PASSWORD ? `:${encodeURIComponent(config.REDIS_PASSWORD)}@` : '';
  return `redis://${password}${config.REDIS_HOST}:${config.REDIS_PORT}/${config.REDIS_DB}`;
}

/** Where the cache is, where it has a Redis of its own. */
export function cacheAddress(config: Config): RedisAddress | undefined {
  return config.CACHE_REDIS_CLUSTER_NODES ?? config.CACHE_REDIS_URL;
}

/** The limits of panels. */
export function panelLimits(config: Config): Limits {
  return {
    stateBytes: config.MAX_STATE_BYTES,
    stateDepth: config.MAX_STATE_DEPTH,
    patchOperations: config.MAX_PATCH_OPERATIONS,
  };
}

/** When changes trigger snapshots. */
export function triggerRules(config: Config): TriggerOptions {
  return {
    waitMs: config.SNAPSHOT_BEFORE_WAIT,
    burstPauseMs: config.SNAPSHOT_BURST_PAUSE,
    afterChanges: config.SNAPSHOT_AFTER_CHANGES,
  };
}

/** How many requests users and workspaces may have. */
export function rateRules(config: Config): RateRules {
  return {
    user: { reads: config.RATE_LIMIT_READS_PER_SECOND, writes: config.RATE_LIMIT_WRITES_PER_SECOND },
    workspace: {
      reads: config.RATE_LIMIT_WORKSPACE_READS_PER_SECOND,
      writes: config.RATE_LIMIT_WORKSPACE_WRITES_PER_SECOND,
    },
  };
}

/** Without optional settings that are there and empty: compose files cannot leave them out. */
function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { STATE_ENCRYPTION_KEYS: keys, ...others } = env;
  return keys === '' ? others : env;
}

// By what is set at all: a setting that is wrong is named for that already.
function missingIdentity(env: NodeJS.ProcessEnv): string[] {
  const { JWT_SECRET_KEY: secret, OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = env;
  if (secret === undefined && issuer === undefined) {
    return ['JWT_SECRET_KEY or OIDC_ISSUER: set one of them, so that tokens can be verified'];
  }
  if (issuer !== undefined && audience === undefined)
    return ['OIDC_AUDIENCE: is not set, but OIDC_ISSUER is'];
  if (issuer === undefined && audience !== undefined)
    return ['OIDC_ISSUER: is not set, but OIDC_AUDIENCE is'];
  return [];
}

function twoPlaces(env: NodeJS.ProcessEnv): string[] {
  const pairs = [
    ['REDIS_URL', 'REDIS_CLUSTER_NODES'],
    ['CACHE_REDIS_URL', 'CACHE_REDIS_CLUSTER_NODES'],
  ] as const;
  return pairs
    .filter((names) => names.every((name) => env[name] !== undefined))
    .map(([server, cluster]) => `${cluster}: is set, but ${server} is, too; only one of them can be meant`);
}

function developmentKey({ STATE_ENCRYPTION_KEYS: ring, NODE_ENV }: Config): string[] {
  if (NODE_ENV !== 'production' || !ring?.ids.some((id) => id.startsWith(developmentKeyId))) return [];
  return [`STATE_ENCRYPTION_KEYS: has a key named "${developmentKeyId}", which was made for development`];
}

function halfTls(env: NodeJS.ProcessEnv): string[] {
  const { GRPC_TLS_CERT: certificate, GRPC_TLS_KEY: key, GRPC_TLS_CLIENT_CA: issuers } = env;
  if (certificate !== undefined && key === undefined)
    return ['GRPC_TLS_KEY: is not set, but GRPC_TLS_CERT is'];
  if (certificate !== undefined) return [];
  if (key !== undefined) return ['GRPC_TLS_CERT: is not set, but GRPC_TLS_KEY is'];
  return issuers === undefined ? [] : ['GRPC_TLS_CERT: is not set, but GRPC_TLS_CLIENT_CA is'];
}

function weakSecret({ JWT_SECRET_KEY: secret, NODE_ENV }: Config): string[] {
  if (NODE_ENV !== 'production' || secret === undefined) return [];
  if (knownSecrets.includes(secret))
    return ['JWT_SECRET_KEY: is a documented example, which everybody knows'];
  if (Buffer.byteLength(secret) < 32) return ['JWT_SECRET_KEY: must be at least 32 bytes in production'];
  return [];
}
