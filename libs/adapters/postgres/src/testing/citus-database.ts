import { randomUUID } from 'node:crypto';
import { asAdministrator, databaseOn } from '@nexus-state/test-kit';
import { applyDistribution, distributedTables, localTables, referenceTables } from '../distribution';
import type { OpenDatabase } from './contracts';
import { openDataSource } from './postgres-adapter';

interface Node {
  readonly host: string;
  readonly port: number;
}

/** To distribute tables is one step for each shard of each, on every node: where all nodes share a machine, that takes its time. */
const migrationTimeoutMs = 120_000;
/** Each statement is planned by two nodes, for the first time in every connection; on a busy machine that is more than an adapter waits. */
const statementTimeoutMs = 30_000;

/**
 * Databases of a Citus cluster: on the coordinator and on each of its workers, with our schema, distributed. To make one takes many
 * times what a suite does, so they are used again, emptied: each by one suite at a time.
 */
export class CitusDatabases {
  readonly #made: ClusterDatabase[] = [];
  readonly #free: ClusterDatabase[] = [];

  /** @param coordinator the address of a database of the coordinator that knows the workers, as one who may create databases */
  constructor(private readonly coordinator: string) {}

  /** Opens an adapter on a database that is empty; closed, it gives the database back. */
  async open(): Promise<OpenDatabase> {
    const database = this.#free.pop() ?? (await this.#make());
    const source = await openDataSource(database.url, {
      distribution: 'citus',
      timeoutMs: statementTimeoutMs,
    });
    const close = async () => {
      await source.destroy();
      await empty(database.url);
      this.#free.push(database);
    };
    return { source, url: database.url, close };
  }

  /** Drops all of them. */
  async drop(): Promise<void> {
    for (const { drop } of this.#made.splice(0)) await drop();
  }

  async #make(): Promise<ClusterDatabase> {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    const workers = await workersOf(this.coordinator);
    const servers = [this.coordinator, ...workers.map((node) => addressOf(this.coordinator, node))];
    const drop = () =>
      onEach(servers, (server) =>
        asAdministrator(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
      );
    const url = databaseOn(this.coordinator, name);
    this.#made.push({ url, drop });
    await onEach(servers, async (server) => {
      await asAdministrator(server, (client) => client.query(`CREATE DATABASE ${name}`));
      await asAdministrator(databaseOn(server, name), (client) => client.query('CREATE EXTENSION citus'));
    });
    await makeSchema(url, workers);
    return { url, drop };
  }
}

interface ClusterDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/** Leaves of a database what the migrations make. */
async function empty(url: string): Promise<void> {
  const tables = [...distributedTables, ...referenceTables, ...localTables];
  const emptied = tables.filter((table) => table !== 'schema_migrations');
  await asAdministrator(url, async (client) => {
    await client.query(`TRUNCATE ${emptied.join()}`);
    await client.query(
      'INSERT INTO cache_epoch (id, epoch, suspended_until) VALUES (1, gen_random_uuid(), clock_timestamp())',
    );
  });
}

async function makeSchema(url: string, workers: readonly Node[]): Promise<void> {
  const { hostname, port } = new URL(url);
  await asAdministrator(url, async (client) => {
    await client.query('SELECT citus_set_coordinator_host($1, $2)', [hostname, Number(port || 5432)]);
    for (const { host, port: at } of workers) await client.query('SELECT citus_add_node($1, $2)', [host, at]);
  });
  const source = await openDataSource(url, { timeoutMs: migrationTimeoutMs });
  try {
    await source.runMigrations({ transaction: 'all' });
    const runner = source.createQueryRunner();
    await applyDistribution(runner, 'citus').finally(() => runner.release());
  } finally {
    await source.destroy();
  }
}

async function onEach(servers: readonly string[], work: (server: string) => Promise<unknown>): Promise<void> {
  await Promise.all(servers.map(work));
}

function workersOf(coordinator: string): Promise<Node[]> {
  return asAdministrator(coordinator, async (client) => {
    const { rows } = await client.query<Node>(
      'SELECT nodename AS host, nodeport AS port FROM pg_dist_node WHERE groupid <> 0 ORDER BY groupid',
    );
    return rows;
  });
}

function addressOf(coordinator: string, { host, port }: Node): string {
  return Object.assign(new URL(coordinator), { hostname: host, port: String(port) }).href;
}
