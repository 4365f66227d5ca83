import { randomBytes } from 'node:crypto';
import { ConfigError, rateRules, readConfig, redisAddress } from './read-config';

const good = { DATABASE_URL: 'postgresql://u:p@h:5432/d', JWT_SECRET_KEY: 'x'.repeat(32) };

function refusal(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('It was accepted.');
}

describe('readConfig', () => {
  it('starts from defaults', () => {
    expect(readConfig(good)).toMatchObject({
      SERVICE_PORT: 8001,
      DATABASE_POOL_SIZE: 10,
      MAX_STATE_DEPTH: 128,
    });
  });

  it('names every mistake at once', () => {
    const message = refusal({
      DATABASE_URL: 'mysql://x',
      SERVICE_PORT: 'many',
      DATABASE_TIMEOUT: '5',
      CORS_ORIGINS: '*',
    });
    const names = ['DATABASE_URL', 'SERVICE_PORT', 'DATABASE_TIMEOUT', 'CORS_ORIGINS', 'JWT_SECRET_KEY'];
    for (const name of names) {
      expect(message).toContain(name);
    }
  });

  it('wants to know how callers prove who they are', () => {
    const { DATABASE_URL } = good;
    expect(refusal({ DATABASE_URL })).toMatch(/JWT_SECRET_KEY or OIDC_ISSUER/);
    expect(refusal({ DATABASE_URL, OIDC_ISSUER: 'https://login.example' })).toContain('OIDC_AUDIENCE');
    expect(refusal({ ...good, OIDC_AUDIENCE: 'nexus' })).toContain('OIDC_ISSUER: is not set');
    expect(refusal({ ...good, OIDC_ISSUER: 'login.example', OIDC_AUDIENCE: 'nexus' })).toContain('https://');
    const oidc = { DATABASE_URL, OIDC_ISSUER: 'https://login.example', OIDC_AUDIENCE: 'nexus' };
    expect(readConfig({ ...oidc, NODE_ENV: 'production' }).JWT_SECRET_KEY).toBeUndefined();
  });

  it('takes TLS for gRPC whole, or not at all', () => {
    const [GRPC_TLS_CERT, GRPC_TLS_KEY, GRPC_TLS_CLIENT_CA] = ['tls.crt', 'tls.key', 'ca.crt'];
    expect(refusal({ ...good, GRPC_TLS_CERT })).toContain('GRPC_TLS_KEY: is not set');
    expect(refusal({ ...good, GRPC_TLS_KEY })).toContain('GRPC_TLS_CERT: is not set');
    expect(refusal({ ...good, GRPC_TLS_CLIENT_CA })).toContain('GRPC_TLS_CERT: is not set');
    const whole = { GRPC_TLS_CERT, GRPC_TLS_KEY, GRPC_TLS_CLIENT_CA };
    expect(readConfig({ ...good, ...whole })).toMatchObject({ ...whole, GRPC_PORT: 8003 });
  });

  it('takes no weak secret in production', () => {
    expect(refusal({ ...good, JWT_SECRET_KEY: 'short', NODE_ENV: 'production' })).toContain('32 bytes');
    const known = 'development-secret-not-for-production';
    expect(refusal({ ...good, JWT_SECRET_KEY: known, NODE_ENV: 'production' })).toContain(
      'documented example',
    );
    expect(readConfig({ ...good, NODE_ENV: 'production' }).NODE_ENV).toBe('production');
  });

  it('takes encryption keys, none made for development in production, and quotes none', () => {
    const [one, two] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
    const read = (keys: string, more = {}) => readConfig({ ...good, STATE_ENCRYPTION_KEYS: keys, ...more });
    expect(read(`new:${two},old:${one}`).STATE_ENCRYPTION_KEYS?.ids).toEqual(['new', 'old']);
    expect(read('').STATE_ENCRYPTION_KEYS).toBeUndefined();
    expect(read(`development:${one}`).STATE_ENCRYPTION_KEYS?.newestId).toBe('development');
    const production = { NODE_ENV: 'production' };
    expect(read(`new:${two}`, production).STATE_ENCRYPTION_KEYS?.newestId).toBe('new');
    const refused = [
      refusal({ ...good, ...production, STATE_ENCRYPTION_KEYS: `new:${two},development:${one}` }),
      refusal({ ...good, STATE_ENCRYPTION_KEYS: `new:${two},new:${one}` }),
      refusal({ ...good, STATE_ENCRYPTION_KEYS: two }),
    ];
    for (const message of refused) {
      expect(message).toContain('STATE_ENCRYPTION_KEYS: ');
      for (const key of [one, two]) expect(message).not.toContain(key.slice(0, 8));
    }
  });

  it('takes a template of remotes only with owner and workspace, and quotes no password', () => {
    const template = 'https://u:hidden@git.example/{owner}/{workspace}.git';
    expect(readConfig({ ...good, GIT_REMOTE_URL_TEMPLATE: template }).GIT_REMOTE_URL_TEMPLATE).toBe(template);
    const message = refusal({ ...good, GIT_REMOTE_URL_TEMPLATE: template.replace('{owner}', 'all') });
    expect(message).toContain('GIT_REMOTE_URL_TEMPLATE: must hold {owner}');
    expect(message).not.toContain('hidden');
  });

  it('reads what may be switched off', () => {
    const intervalOf = (value: string) => readConfig({ ...good, SNAPSHOT_INTERVAL: value }).SNAPSHOT_INTERVAL;
    expect(['off', '0', '20s'].map(intervalOf)).toEqual([0, 0, 20_000]);
    expect(refusal({ ...good, SNAPSHOT_INTERVAL: 'never' })).toContain(
      'SNAPSHOT_INTERVAL: must be a duration such as 20s or 5m, from 100ms to 1d, or off',
    );
  });

  it('takes a share of a whole as a number from 0 to 1', () => {
    const share = (given: string) => readConfig({ ...good, OTEL_TRACES_SAMPLER_ARG: given });
    for (const [given, read] of [
      ['0', 0],
      ['0.25', 0.25],
      ['1', 1],
      ['1.0', 1],
    ] as const) {
      expect(share(given).OTEL_TRACES_SAMPLER_ARG).toBe(read);
    }
    for (const wrong of ['1.5', '2', '-1', '50%', '']) {
      expect(() => share(wrong)).toThrow(/OTEL_TRACES_SAMPLER_ARG/);
    }
  });

  it('reads durations and lists', () => {
    const config = readConfig({ ...good, DATABASE_TIMEOUT: '2s', CORS_ORIGINS: '["https://a.example"]' });
    expect([config.DATABASE_TIMEOUT, config.CORS_ORIGINS]).toEqual([2000, ['https://a.example']]);
  });
});

describe('rateRules', () => {
  it('starts from limits for users and workspaces', () => {
    expect(rateRules(readConfig(good))).toEqual({
      user: { reads: 2000, writes: 200 },
      workspace: { reads: 10_000, writes: 1000 },
    });
  });

  it('takes no limit, and parts of a request', () => {
    const writesOf = (value: string) =>
      rateRules(readConfig({ ...good, RATE_LIMIT_WRITES_PER_SECOND: value })).user.writes;
    expect(['0', '0.5', '300'].map(writesOf)).toEqual([0, 0.5, 300]);
    for (const value of ['-1', 'many', '1e3', '', '10000000', '.5']) {
      expect(refusal({ ...good, RATE_LIMIT_WRITES_PER_SECOND: value })).toContain(
        'RATE_LIMIT_WRITES_PER_SECOND: must be a number below 1000000, or 0 for no limit',
      );
    }
  });
});

describe('redisAddress', () => {
  it('is the url where there is one, else made of its parts', () => {
    expect(redisAddress(readConfig({ ...good, REDIS_URL: 'redis://r:1/2', REDIS_HOST: 'h' }))).toBe(
      'redis://r:1/2',
    );
    const parts = { REDIS_HOST: 'h', REDIS_PORT: '7000', REDIS_DB: '3', REDIS_PASSWORD: 'p@ss' };
    expect(redisAddress(readConfig({ ...good, ...parts }))).toBe('redis://:p%40ss@h:7000/3');
  });

  it.each(['redis://one:7000, redis://two', '["redis://one:7000", "redis://two"]'])(
    'is a cluster where nodes are named: %s',
    (REDIS_CLUSTER_NODES) => {
      const nodes = [
        { host: 'one', port: 7000 },
        { host: 'two', port: 6379 },
      ];
      const env = { ...good, REDIS_CLUSTER_NODES };
      expect(redisAddress(readConfig(env))).toEqual({ nodes, tls: false });
      const withPassword = readConfig({ ...env, REDIS_PASSWORD: 'p@ss' });
      expect(redisAddress(withPassword)).toEqual({ nodes, tls: false, password: 'p@ss' });
    },
  );

  it('takes login and TLS of a cluster from its addresses', () => {
    const REDIS_CLUSTER_NODES = 'rediss://me:p%40ss@[::1]:7000/0';
    const config = readConfig({ ...good, REDIS_CLUSTER_NODES, REDIS_PASSWORD: 'another' });
    const nodes = [{ host: '::1', port: 7000 }];
    expect(redisAddress(config)).toEqual({ nodes, tls: true, username: 'me', password: 'p@ss' });
  });

  it.each([
    ['one:7000', 'must be a list such as'],
    ['redis://one,', 'must be a list such as'],
    ['[', 'must be a list such as'],
    ['[7]', 'must be a list such as'],
    ['[]', 'must be a list such as'],
    ['redis://one/2', 'must name no database'],
    ['redis://one,rediss://two', 'must have the same protocol'],
    ['redis://:hidden@one,redis://two', 'must have the same password'],
  ])('refuses what is no list of nodes: %s', (nodes, problem) => {
    const message = refusal({ ...good, REDIS_CLUSTER_NODES: nodes });
    expect(message).toContain(`REDIS_CLUSTER_NODES: ${problem}`);
    expect(message).not.toContain('hidden');
  });

  it('refuses two answers to where Redis is', () => {
    const [url, nodes] = ['redis://r:1', 'redis://one'];
    expect(refusal({ ...good, REDIS_URL: url, REDIS_CLUSTER_NODES: nodes })).toContain(
      'REDIS_CLUSTER_NODES: is set, but REDIS_URL is, too',
    );
    expect(refusal({ ...good, CACHE_REDIS_URL: url, CACHE_REDIS_CLUSTER_NODES: nodes })).toContain(
      'CACHE_REDIS_CLUSTER_NODES: is set, but CACHE_REDIS_URL is, too',
    );
  });
});
