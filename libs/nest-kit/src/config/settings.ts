import { str } from 'envalid';
import { httpSettings } from './http-settings';
import {
  duration,
  durationOrOff,
  httpUrl,
  postgresUrl,
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
    desc: 'In production, weak secrets stop the start and logs are JSON lines.',
  }),
  LOG_LEVEL: str({
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    default: 'info',
    desc: 'The least level that is logged.',
  }),
  SERVICE_NAME: text({ default: 'nexus-state', desc: 'The name of this deployment in logs.' }),
  SERVICE_HOST: text({ default: '0.0.0.0', desc: 'The address every service of this process listens on.' }),
  SERVICE_PORT: port({ default: 8001, desc: 'The port of the state API.' }),
  REALTIME_PORT: port({ default: 8002, desc: 'The port of the realtime gateway.' }),
  REALTIME_SWEEP_INTERVAL: duration(
    100,
    600_000,
  )({
    default: 2_000,
    desc: 'The pause between two looks for updates that were accepted but never published.',
  }),
  REALTIME_ACCESS_INTERVAL: duration(
    50,
    900,
  )({
    default: 500,
    desc: 'The pause between two looks whether those who follow shared workspaces are still members.',
  }),
  REALTIME_MESSAGES_PER_SECOND: wholeNumber(
    1,
    100_000,
  )({
    default: 100,
    desc: 'Messages a live connection may send on average; ten times as many at once.',
  }),
  REALTIME_MESSAGE_BYTES: wholeNumber(
    1024,
    64 * 1024 * 1024,
  )({
    default: 1024 * 1024,
    desc: 'The largest message a live connection may send; a larger one ends it.',
  }),
  REALTIME_SUBSCRIPTIONS: wholeNumber(
    1,
    100_000,
  )({ default: 1000, desc: 'Subscriptions a live connection may have at once.' }),
  REALTIME_QUEUE_BYTES: wholeNumber(
    16 * 1024,
    1024 * 1024 * 1024,
  )({
    default: 1024 * 1024,
    desc: 'What may wait for the client of a live connection before it gets states in place of updates, in bytes.',
  }),
  REALTIME_STALL_TIMEOUT: duration(
    100,
    600_000,
  )({
    default: 20_000,
    desc: 'How long a client for which that much waits may take nothing of it before its connection is ended.',
  }),
  REALTIME_PRESENCE_LEASE: duration(
    500,
    60_000,
  )({
    default: 4_000,
    desc: 'How long those who are present through a gateway are shown after it has died; renewed four times as often.',
  }),
  REALTIME_PING_INTERVAL: duration(
    100,
    600_000,
  )({
    default: 25_000,
    desc: 'The pause between two pings of a live connection; one that does not answer by the next is ended.',
  }),
  WORKER_PORT: port({ default: 8004, desc: 'The port of the snapshot worker (health only).' }),
  DATABASE_URL: postgresUrl({
    desc: 'PostgreSQL, where all state lives.',
    example: 'postgresql://nexus:secret@localhost:5432/nexus',
  }),
  DATABASE_POOL_SIZE: wholeNumber(
    1,
    1000,
  )({
    default: 10,
    desc: 'Connections to PostgreSQL, for each process.',
  }),
  DATABASE_TIMEOUT: duration(
    100,
    600_000,
  )({
    default: 5_000,
    desc: 'How long a statement, or the wait for a connection, may take.',
  }),
  QUERY_CONCURRENCY: wholeNumber(
    1,
    100,
  )({
    default: 4,
    desc: 'Queries that run at once, for each process; each has a connection to PostgreSQL of its own, beside DATABASE_POOL_SIZE.',
  }),
  QUERY_TIMEOUT: duration(
    100,
    600_000,
  )({
    default: 2_000,
    desc: 'How long a statement of a query may take; a query that takes longer is refused.',
  }),
  REDIS_URL: redisUrl({
    default: undefined,
    desc: 'Redis, for cache, updates and queue. Wins over REDIS_HOST and its companions.',
    example: 'redis://localhost:6379/0',
  }),
  REDIS_CLUSTER_NODES: redisClusterNodes({
    default: undefined,
    desc: 'Some nodes of a Redis Cluster, in place of REDIS_URL: addresses divided by commas, or a JSON list of them.',
    example: 'redis://redis-0:6379,redis://redis-1:6379',
  }),
  REDIS_HOST: text({ default: 'localhost', desc: 'The host of Redis where REDIS_URL is not set.' }),
  REDIS_PORT: wholeNumber(
    1,
    65_535,
  )({ default: 6379, desc: 'The port of Redis where REDIS_URL is not set.' }),
  REDIS_DB: wholeNumber(
    0,
    10_000,
  )({ default: 0, desc: 'The database number of Redis where REDIS_URL is not set.' }),
  REDIS_PASSWORD: text({
    default: undefined,
    desc: 'The password of Redis where REDIS_URL is not set and REDIS_CLUSTER_NODES has none.',
  }),
  CACHE_REDIS_URL: redisUrl({
    default: undefined,
    desc: 'A Redis of its own for the cache, which may evict; where not set, the same Redis.',
  }),
  CACHE_REDIS_CLUSTER_NODES: redisClusterNodes({
    default: undefined,
    desc: 'Some nodes of a Redis Cluster for the cache, in place of CACHE_REDIS_URL.',
  }),
  CACHE_TTL_SECONDS: wholeNumber(
    1,
    31_536_000,
  )({ default: 1800, desc: 'How long a cached panel is kept without being written.' }),
  QUEUE_PREFIX: text({ default: 'nexus-queue', desc: 'What the keys of the job queue begin with.' }),
  GIT_WORKSPACE_ROOT: text({
    default: '.nexus/git',
    desc: 'The folder with one git repository for each workspace.',
  }),
  GIT_ENGINE: str({
    choices: ['auto', 'cli', 'nodegit'],
    default: 'auto',
    desc: "What works on the repositories: git's own commands, or nodegit; auto takes nodegit where it works.",
  }),
  GIT_NODEGIT_FOLDER: text({
    default: '.nexus/nodegit',
    desc: 'The folder in which npm run setup:nodegit has built nodegit.',
  }),
  GIT_REMOTE_URL_TEMPLATE: remoteTemplate({
    default: undefined,
    desc: 'Where the commits of each workspace are pushed: an address with {owner} and {workspace} in its path; where not set, nowhere.',
    example: 'https://user:token@git.example/{owner}/{workspace}.git',
  }),
  SNAPSHOT_INTERVAL: durationOrOff(
    100,
    86_400_000,
  )({
    default: 300_000,
    desc: 'How often every workspace that has changed gets a snapshot; with off, none does.',
  }),
  SNAPSHOT_MAINTENANCE_INTERVAL: durationOrOff(
    100,
    30 * 86_400_000,
  )({ default: 3_600_000, desc: 'How often old snapshots are thinned out; with off, never.' }),
  SNAPSHOT_RETENTION: durationOrOff(
    1_000,
    3_650 * 86_400_000,
  )({
    default: 30 * 86_400_000,
    desc: 'How long automatic snapshots are listed: all for a day, then one an hour, after a week one a day; with off, all stay.',
  }),
  SNAPSHOT_AFTER_CHANGES: wholeNumber(
    0,
    100_000,
  )({
    default: 100,
    desc: 'So many changes of a workspace since its newest snapshot lead to another one; 0 for never.',
  }),
  SNAPSHOT_BEFORE_WAIT: duration(
    1,
    60_000,
  )({
    default: 2_000,
    desc: 'How long an AI-triggered change or a deletion waits for the snapshot before it, and then goes on without.',
  }),
  SNAPSHOT_BURST_PAUSE: duration(
    0,
    86_400_000,
  )({
    default: 60_000,
    desc: 'After such a pause, the next AI-triggered change or deletion begins a burst of its own, with a snapshot before it.',
  }),
  SNAPSHOT_WAIT: duration(
    100,
    600_000,
  )({
    default: 30_000,
    desc: 'How long a request waits for its snapshot before it is told that the job goes on.',
  }),
  JWT_SECRET_KEY: text({
    default: undefined,
    desc: 'The key that HS256 tokens are signed with; in production at least 32 bytes. Needed where OIDC_ISSUER is not set.',
    example: 'output of: openssl rand -base64 48',
  }),
  OIDC_ISSUER: httpUrl({
    default: undefined,
    desc: 'The OIDC issuer whose RS256 and ES256 tokens are accepted, as it stands in them; its keys are found by discovery.',
    example: 'https://login.example/realms/main',
  }),
  OIDC_AUDIENCE: text({
    default: undefined,
    desc: 'The audience that tokens of the issuer must be for. Needed where OIDC_ISSUER is set.',
  }),
  OIDC_REFRESH_INTERVAL: duration(
    100,
    86_400_000,
  )({ default: 300_000, desc: 'How often the keys of the issuer are fetched anew.' }),
  OIDC_COOLDOWN: duration(
    0,
    3_600_000,
  )({ default: 10_000, desc: 'The least time between two looks for a key of the issuer that is not known.' }),
  AUTH_DEFAULT_SCOPES: text({
    default: 'state:read state:write',
    desc: 'The scopes of a token that names none.',
  }),
  ...httpSettings,
  RATE_LIMIT_WRITES_PER_SECOND: rate({
    default: 200,
    desc: 'Writes a second of one user, in all processes together; 0 for no limit.',
  }),
  RATE_LIMIT_READS_PER_SECOND: rate({
    default: 2000,
    desc: 'Reads a second of one user, in all processes together; 0 for no limit.',
  }),
  RATE_LIMIT_WORKSPACE_WRITES_PER_SECOND: rate({
    default: 1000,
    desc: 'Writes a second in one workspace, whoever makes them; 0 for no limit.',
  }),
  RATE_LIMIT_WORKSPACE_READS_PER_SECOND: rate({
    default: 10_000,
    desc: 'Reads a second in one workspace, whoever makes them; 0 for no limit.',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl({
    default: undefined,
    desc: 'The OpenTelemetry collector that traces are sent to, by OTLP over HTTP; `/v1/traces` is appended. Where not set, nothing is traced.',
    example: 'http://collector:4318',
  }),
  OTEL_TRACES_SAMPLER_ARG: share({
    default: 1,
    desc: 'The share of requests that are traced, from 0 to 1; where the caller names a trace, they decide.',
  }),
  MAX_STATE_BYTES: wholeNumber(
    1,
    64 * 1024 * 1024,
  )({ default: 1024 * 1024, desc: 'The largest state, as serialized bytes.' }),
  MAX_STATE_DEPTH: wholeNumber(1, 1000)({ default: 128, desc: 'How deep a state may nest.' }),
  MAX_PATCH_OPERATIONS: wholeNumber(
    1,
    100_000,
  )({ default: 1000, desc: 'The most operations one patch may have.' }),
};
