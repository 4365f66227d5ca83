import { str } from 'envalid';
import { auditSettings } from './audit-settings';
import { contextSettings } from './context-settings';
import { databaseSettings } from './database-settings';
import { grpcSettings } from './grpc-settings';
import { httpSettings } from './http-settings';
import { keySettings } from './key-settings';
import {
  duration,
  durationOrOff,
  httpUrl,
  rate,
  redisClusterNodes,
  redisUrl,
  remoteTemplate,
  share,
  text,
  wholeNumber,
} from './validators';

const port = wholeNumber(0, 65_535);

/** Every setting there is: its environment variable, how it is read, where it starts, and what it does. */
export const settings = {
  NODE_ENV: str({
    choices: ['development', 'test', 'production'],
    default: 'development',
    desc: 'In production, the services refuse weak secrets and log JSON lines.',
  }),
  LOG_LEVEL: str({
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    default: 'info',
    desc: 'Minimum log level.',
  }),
  SERVICE_NAME: text({ default: 'nexus-state', desc: 'Name of this deployment in logs.' }),
  SERVICE_HOST: text({ default: '0.0.0.0', desc: 'Listen address of the services.' }),
  SERVICE_PORT: port({ default: 8001, desc: 'Port of the state API.' }),
  REALTIME_PORT: port({ default: 8002, desc: 'Port of the realtime gateway.' }),
  REALTIME_SWEEP_INTERVAL: duration(
    100,
    600_000,
  )({
    default: 2_000,
    desc: 'Interval of the sweep, which finds unpublished updates.',
  }),
  REALTIME_ACCESS_INTERVAL: duration(
    50,
    900,
  )({
    default: 500,
    desc: 'Interval at which the gateway checks that subscribers of shared workspaces are still members.',
  }),
  REALTIME_MESSAGES_PER_SECOND: wholeNumber(
    1,
    100_000,
  )({
    default: 100,
    desc: 'Messages per second of a live connection, on average; bursts may be ten times as large.',
  }),
  REALTIME_MESSAGE_BYTES: wholeNumber(
    1024,
    // A message comes in one piece, which takes milliseconds for each MiB.
    8 * 1024 * 1024,
  )({
    default: 1024 * 1024,
    desc: 'Maximum size of a message of a live connection, in bytes; a larger message closes the connection.',
  }),
  REALTIME_SUBSCRIPTIONS: wholeNumber(
    1,
    100_000,
  )({ default: 1000, desc: 'Maximum number of subscriptions of a live connection.' }),
  REALTIME_QUEUE_BYTES: wholeNumber(
    16 * 1024,
    1024 * 1024 * 1024,
  )({
    default: 1024 * 1024,
    desc: 'Maximum backlog of a live connection, in bytes; beyond it, the client gets states instead of updates.',
  }),
  REALTIME_STALL_TIMEOUT: duration(
    100,
    600_000,
  )({
    default: 20_000,
    desc: 'How long a client over that limit may read nothing before its connection is closed.',
  }),
  REALTIME_PRESENCE_LEASE: duration(
    500,
    60_000,
  )({
    default: 4_000,
    desc: 'Presence lease of a gateway: how long its connections are shown after it dies; renewed four times as often.',
  }),
  REALTIME_PING_INTERVAL: duration(
    100,
    600_000,
  )({
    default: 25_000,
    desc: 'Ping interval of live connections; a connection that does not respond before the next ping is closed.',
  }),
  ...grpcSettings,
  WORKER_PORT: port({ default: 8004, desc: 'Port of the snapshot worker (health only).' }),
  ...databaseSettings,
  ...keySettings,
  ...contextSettings,
  REDIS_URL: redisUrl({
    default: undefined,
    desc: 'Address of Redis, for cache, updates and queue. Overrides REDIS_HOST, REDIS_PORT, REDIS_DB and REDIS_PASSWORD.',
    example: 'redis://localhost:6379/0',
  }),
  REDIS_CLUSTER_NODES: redisClusterNodes({
    default: undefined,
    desc: 'Some nodes of a Redis Cluster, instead of REDIS_URL: addresses separated by commas, or a JSON list.',
    example: 'redis://redis-0:6379,redis://redis-1:6379',
  }),
  REDIS_HOST: text({ default: 'localhost', desc: 'Redis host, if REDIS_URL is not set.' }),
  REDIS_PORT: wholeNumber(1, 65_535)({ default: 6379, desc: 'Redis port, if REDIS_URL is not set.' }),
  REDIS_DB: wholeNumber(0, 10_000)({ default: 0, desc: 'Redis database number, if REDIS_URL is not set.' }),
  REDIS_PASSWORD: text({
    default: undefined,
    desc: 'Redis password, if REDIS_URL is not set and REDIS_CLUSTER_NODES contains none.',
  }),
  CACHE_REDIS_URL: redisUrl({
    default: undefined,
    desc: 'Separate Redis for the cache, which may evict keys; by default the same Redis.',
  }),
  CACHE_REDIS_CLUSTER_NODES: redisClusterNodes({
    default: undefined,
    desc: 'Some nodes of a Redis Cluster for the cache, instead of CACHE_REDIS_URL.',
  }),
  CACHE_TTL_SECONDS: wholeNumber(
    1,
    31_536_000,
  )({ default: 1800, desc: 'How long a cached panel is kept after its last write.' }),
  QUEUE_PREFIX: text({ default: 'nexus-queue', desc: 'Key prefix of the job queue.' }),
  GIT_WORKSPACE_ROOT: text({
    default: '.nexus/git',
    desc: 'Folder of the git repositories, one per workspace.',
  }),
  GIT_ENGINE: str({
    choices: ['auto', 'cli', 'nodegit'],
    default: 'auto',
    desc: "Engine for the repositories: git's own commands, or nodegit; auto uses nodegit if it works.",
  }),
  GIT_NODEGIT_FOLDER: text({
    default: '.nexus/nodegit',
    desc: 'Folder in which npm run setup:nodegit built nodegit.',
  }),
  GIT_REMOTE_URL_TEMPLATE: remoteTemplate({
    default: undefined,
    desc: 'Remote that the commits of each workspace are pushed to: an address with {owner} and {workspace} in its path. Without it, nothing is pushed.',
    example: 'https://user:token@git.example/{owner}/{workspace}.git',
  }),
  SNAPSHOT_INTERVAL: durationOrOff(
    100,
    86_400_000,
  )({
    default: 300_000,
    desc: 'Interval of automatic snapshots of changed workspaces; off disables them.',
  }),
  SNAPSHOT_MAINTENANCE_INTERVAL: durationOrOff(
    100,
    30 * 86_400_000,
  )({ default: 3_600_000, desc: 'Interval at which old snapshots are thinned out; off disables it.' }),
  SNAPSHOT_RETENTION: durationOrOff(
    1_000,
    3_650 * 86_400_000,
  )({
    default: 30 * 86_400_000,
    desc: 'How long automatic snapshots are listed: all for a day, then one an hour, after a week one a day; off keeps all.',
  }),
  SNAPSHOT_AFTER_CHANGES: wholeNumber(
    0,
    100_000,
  )({
    default: 100,
    desc: 'Number of changes of a workspace that trigger a snapshot, counted from the newest one; 0 disables it.',
  }),
  SNAPSHOT_BEFORE_WAIT: duration(
    1,
    60_000,
  )({
    default: 2_000,
    desc: 'How long an AI-triggered change or a deletion waits for the snapshot before it; then it continues without one.',
  }),
  SNAPSHOT_BURST_PAUSE: duration(
    0,
    86_400_000,
  )({
    default: 60_000,
    desc: 'Pause after which an AI-triggered change or deletion begins a new burst, with a snapshot before it.',
  }),
  SNAPSHOT_WAIT: duration(
    100,
    600_000,
  )({
    default: 30_000,
    desc: 'How long a request waits for its snapshot before the response says that the job continues.',
  }),
  JWT_SECRET_KEY: text({
    default: undefined,
    desc: 'Signing key of HS256 tokens; in production at least 32 bytes. Required if OIDC_ISSUER is not set.',
    example: 'output of: openssl rand -base64 48',
  }),
  OIDC_ISSUER: httpUrl({
    default: undefined,
    desc: 'OIDC issuer of accepted RS256 and ES256 tokens, exactly as in their `iss`; its keys are found by discovery.',
    example: 'https://login.example/realms/main',
  }),
  OIDC_AUDIENCE: text({
    default: undefined,
    desc: 'Audience that tokens of the issuer must have. Required if OIDC_ISSUER is set.',
  }),
  OIDC_REFRESH_INTERVAL: duration(
    100,
    86_400_000,
  )({ default: 300_000, desc: 'Interval at which the keys of the issuer are fetched.' }),
  OIDC_COOLDOWN: duration(
    0,
    3_600_000,
  )({ default: 10_000, desc: 'Minimum time between two fetches because of an unknown key.' }),
  AUTH_DEFAULT_SCOPES: text({
    default: 'state:read state:write state:approve',
    desc: 'Scopes of a token that names none.',
  }),
  ...httpSettings,
  RATE_LIMIT_WRITES_PER_SECOND: rate({
    default: 200,
    desc: 'Writes per second and user, over all processes; 0 for no limit.',
  }),
  RATE_LIMIT_READS_PER_SECOND: rate({
    default: 2000,
    desc: 'Reads per second and user, over all processes; 0 for no limit.',
  }),
  RATE_LIMIT_WORKSPACE_WRITES_PER_SECOND: rate({
    default: 1000,
    desc: 'Writes per second and workspace, by all users together; 0 for no limit.',
  }),
  RATE_LIMIT_WORKSPACE_READS_PER_SECOND: rate({
    default: 10_000,
    desc: 'Reads per second and workspace, by all users together; 0 for no limit.',
  }),
  ...auditSettings,
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl({
    default: undefined,
    desc: 'OpenTelemetry collector of traces, by OTLP over HTTP; `/v1/traces` is appended. Without it, nothing is traced.',
    example: 'http://collector:4318',
  }),
  OTEL_TRACES_SAMPLER_ARG: share({
    default: 1,
    desc: 'Share of requests that are traced, from 0 to 1; if the request names a trace, the caller decides.',
  }),
  MAX_STATE_BYTES: wholeNumber(
    1,
    64 * 1024 * 1024,
  )({ default: 1024 * 1024, desc: 'Maximum size of a state, in serialized bytes.' }),
  MAX_STATE_DEPTH: wholeNumber(1, 1000)({ default: 128, desc: 'Maximum nesting depth of a state.' }),
  MAX_PATCH_OPERATIONS: wholeNumber(
    1,
    100_000,
  )({ default: 1000, desc: 'Maximum number of operations in a patch.' }),
};
