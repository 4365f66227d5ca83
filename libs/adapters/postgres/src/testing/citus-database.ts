import { randomUUID } from 'node:crypto';
import { asAdministrator, databaseOn } from '@nexus-state/test-kit';
import { applyDistribution } from '../distribution';
import type { OpenDatabase } from './contracts';
import { openDataSource } from './postgres-adapter';

interface Node {
  readonly host: string;
  readonly port: number;
}

/**
 * Opens an adapter on a database of its own of a Citus cluster: on the coordinator and on each of its workers, with our schema,
 * distributed.
 * @param coordinator the address of a database of the coordinator that knows the workers, as one who may create databases
 */
export async function onCitusDatabase(coordinator: string): Promise<OpenDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const workers = await workersOf(coordinator);
  const servers = [coordinator, ...workers.map((node) => addressOf(coordinator, node))];
  for (const server of servers) {
    await asAdministrator(server, (client) => client.query(`CREATE DATABASE ${name}`));
    await asAdministrator(databaseOn(server, name), (client) => client.query('CREATE EXTENSION citus'));
  }
  const url = databaseOn(coordinator, name);
  const { hostname, port } = new URL(coordinator);
  await asAdministrator(url, async (client) => {
    await client.query('SELECT citus_set_coordinator_host($1, $2)', [hostname, Number(port || 5432)]);
    for (const { host, port: at } of workers) await client.query('SELECT citus_add_node($1, $2)', [host, at]);
  });
  const source = await openDataSource(url, 5, 'citus');
  await source.runMigrations({ transaction: 'all' });
  const runner = source.createQueryRunner();
  await applyDistribution(runner, 'citus').finally(() => runner.release());
  return {
    source,
    url,
    close: async () => {
      await source.destroy();
      for (const server of servers)
        await asAdministrator(server, (client) =>
          client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
        );
    },
  };
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
