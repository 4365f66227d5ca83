import { randomBytes, randomUUID } from 'node:crypto';
import { ApiClient, type ServiceProcess, type TestStack, TcpProxy, testToken } from '@nexus-state/test-kit';
import { UnrecoverableError, Worker } from 'bullmq';
import type { DataSource } from 'typeorm';
import type { Surroundings } from './refusal-case';
import type { World } from './world';

/** The service in surroundings in which it has to refuse what it else accepts. */
export class FaultyServices {
  private constructor(
    private readonly usual: ServiceProcess,
    private readonly source: DataSource,
    private readonly withoutDatabase: ServiceProcess,
    private readonly withoutRedis: ServiceProcess,
    private readonly withFailingWorker: ServiceProcess,
    private readonly limited: ServiceProcess,
    private readonly fewQueries: ServiceProcess,
    private readonly withoutAudit: ServiceProcess,
    private readonly encrypting: ServiceProcess,
    private readonly worker: Worker,
    private readonly networks: readonly TcpProxy[],
  ) {}

  static async start(stack: TestStack, usual: ServiceProcess, source: DataSource): Promise<FaultyServices> {
    const prefix = `failing-${randomUUID()}`;
    const worker = new Worker('snapshots', fail, {
      prefix,
      connection: { url: stack.settings['REDIS_URL'] as string, maxRetriesPerRequest: null },
    });
    const network = await TcpProxy.start(stack.settings['DATABASE_URL'] as string);
    const toRedis = await TcpProxy.start(stack.settings['REDIS_URL'] as string);
    const [withoutDatabase, withoutRedis, withFailingWorker, limited, fewQueries, withoutAudit, encrypting] =
      await Promise.all([
        stack.start('state-api', { DATABASE_URL: network.url, LOG_LEVEL: 'fatal' }),
        stack.start('state-api', { REDIS_URL: toRedis.url, LOG_LEVEL: 'fatal' }),
        stack.start('state-api', { QUEUE_PREFIX: prefix, LOG_LEVEL: 'fatal' }),
        stack.start('state-api', { RATE_LIMIT_READS_PER_SECOND: rare, RATE_LIMIT_WRITES_PER_SECOND: rare }),
        stack.start('state-api', { QUERY_CONCURRENCY: '1', QUERY_TIMEOUT: `${queryTimeoutMs}ms` }),
        stack.start('state-api', { AUDIT_SINK: 'off' }),
        stack.start('state-api', { STATE_ENCRYPTION_KEYS: `other:${randomBytes(32).toString('base64')}` }),
      ]);
    network.shut();
    toRedis.shut();
    await overtakeListed(source);
    return new FaultyServices(
      usual,
      source,
      withoutDatabase,
      withoutRedis,
      withFailingWorker,
      limited,
      fewQueries,
      withoutAudit,
      encrypting,
      worker,
      [network, toRedis],
    );
  }

  /** The process that serves a world in these surroundings. */
  async of(surroundings: Surroundings, { owner }: World): Promise<ServiceProcess> {
    switch (surroundings) {
      case 'usual':
        return this.usual;
      case 'without a database':
        return this.withoutDatabase;
      case 'without Redis':
        return this.withoutRedis;
      case 'without an audit log':
        return this.withoutAudit;
      case 'without a worker that succeeds':
        return this.withFailingWorker;
      case 'overtaken':
        await this.source.query('INSERT INTO overtaken VALUES ($1)', [owner]);
        return this.usual;
      case 'with limits that are used up':
        await useUp(this.limited, owner);
        return this.limited;
      case 'with a large panel':
        await makeLargePanel(this.fewQueries, owner);
        return this.fewQueries;
      case 'with a flood of queries':
        await makeLargePanel(this.fewQueries, owner);
        await flood(this.fewQueries, owner);
        return this.fewQueries;
      case 'with changes of keys forgotten':
        await this.source.query('UPDATE kv_owners SET compacted = revision WHERE owner = $1', [owner]);
        return this.usual;
      case 'with a value that another service has encrypted':
        await encryptKey(this.encrypting, owner);
        return this.usual;
    }
  }

  async stop(): Promise<void> {
    await this.worker.close();
    await Promise.all(this.networks.map((network) => network.close()));
  }
}

/** One request in 17 minutes. */
const rare = '0.001';

/** Makes the one read and the one write that a user has; the write is of what is not there. */
async function useUp(api: ServiceProcess, owner: string): Promise<void> {
  const user = new ApiClient(api.url, testToken(owner));
  await user.get('/api/workspaces');
  await user.delete('/api/state/ws/nothing');
}

/** How long a query may take where few may run. */
export const queryTimeoutMs = 4_000;

/** A query that takes longer, in a workspace with a large panel. */
export const expensiveQuery = { jsonPath: '$.**.**.**.**.** ? (@ == "z")' };

async function makeLargePanel(api: ServiceProcess, owner: string): Promise<void> {
  const initialState = `${'{"a":'.repeat(120)}1${'}'.repeat(120)}`;
  const user = new ApiClient(api.url, testToken(owner));
  await user.post('/api/state/ws/large', `{"initialState":${initialState}}`);
  await user.post('/api/state/ws/wide', { initialState: { list: Array.from({ length: 10_001 }, () => 0) } });
}

/** Sends queries that take long until one is refused because too many wait. */
async function flood(api: ServiceProcess, owner: string): Promise<void> {
  const user = new ApiClient(api.url, testToken(owner));
  await new Promise<void>((resolve) => {
    for (let query = 0; query < 20; query++) {
      void user
        .post('/api/state/ws/query', expensiveQuery)
        .then(({ body }) => body.error === 'too_many_queries' && resolve())
        .catch(() => undefined);
    }
  });
}

/** Makes the value of `/k` one that only this service can read. */
async function encryptKey(api: ServiceProcess, owner: string): Promise<void> {
  await new ApiClient(api.url, testToken(owner)).put('/api/kv/k', { value: { n: 1 }, sensitive: true });
}

async function fail(): Promise<unknown> {
  throw new UnrecoverableError('The disk is full.');
}

/** From now on, nothing of the owners in the table `overtaken` has the version that a write expects. */
async function overtakeListed(source: DataSource): Promise<void> {
  await source.query('CREATE TABLE overtaken (owner text PRIMARY KEY)');
  await source.query(`
    CREATE FUNCTION overtake() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM overtaken WHERE owner = NEW.owner) THEN RETURN NULL; END IF;
      RETURN NEW;
    END $$`);
  await source.query(`
    CREATE TRIGGER overtake BEFORE INSERT OR UPDATE OF version ON panel_states
    FOR EACH ROW EXECUTE FUNCTION overtake()`);
}
