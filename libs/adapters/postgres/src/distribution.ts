import { keyDistribution } from '@nexus-state/store/postgres';
import type { DataSource, QueryRunner } from 'typeorm';

/** How the tables are spread over machines: not at all, or by Citus, all rows of an owner on one worker. */
export type Distribution = 'none' | 'citus';

/** The other tables are co-located with this one: all rows of an owner are on one worker. */
const first = 'panel_states';

/** What is distributed by `owner`. */
export const distributedTables = [
  first,
  'state_history',
  'workspace_revisions',
  'workspaces',
  'workspace_visits',
  'approval_rules',
  'turns',
  'proposals',
  'idempotency_keys',
  'lock_tokens',
  'state_snapshots',
  'snapshot_coverage',
  'audit_records',
  'embeddings',
  ...keyDistribution.tables,
] as const;

/** What every node has a copy of: it is asked for by user, with every request, and seldom changes. */
export const referenceTables = ['workspace_members'] as const;

/** What stays on the coordinator: single rows that are of no owner. Nothing joins them with what is distributed. */
export const localTables = ['cache_epoch', 'snapshot_scans', 'schema_migrations'] as const;

/** What runs on the worker of its owner. */
const distributedFunctions = [
  {
    signature: 'append_of_owner(text,text[],boolean,text,text,text,text,timestamptz)',
    ownerParameter: 'this_owner',
  },
  keyDistribution.write,
];

/** Reads the setting. @throws Error where it is neither none nor citus */
export function readDistribution(text: string | undefined): Distribution {
  const value = text || 'none';
  if (value !== 'none' && value !== 'citus')
    throw new Error(`DATABASE_DISTRIBUTION must be none or citus, not "${value}".`);
  return value;
}

/**
 * Distributes what is not distributed yet, over the workers that the coordinator knows. Done again, it changes nothing.
 * @param runner on the coordinator, outside a transaction
 * @returns the tables that were distributed
 * @throws Error where that is not possible, or the tables are distributed although they should not be; it says what to do
 */
export async function applyDistribution(runner: QueryRunner, wanted: Distribution): Promise<string[]> {
  const isThere = await hasExtension(runner);
  const done = isThere ? await tablesOfCitus(runner) : new Set<string>();
  if (wanted === 'none') {
    if (done.has(first))
      throw new Error(
        'The tables are distributed by Citus, and DATABASE_DISTRIBUTION is none: set it to citus, here and for all services.',
      );
    return [];
  }
  await checkCluster(runner, isThere);
  // Citus takes no table with a trigger, nor a statement about triggers of one that it has. This one is for services of an older
  // release, which know no Citus.
  if (!done.has('state_history'))
    await runner.query('DROP TRIGGER IF EXISTS state_history_revision ON state_history');
  const changed: string[] = [];
  for (const table of distributedTables) {
    if (done.has(table)) continue;
    const beside = table === first ? '' : `, colocate_with := '${first}'`;
    await runner.query(`SELECT create_distributed_table('${table}', 'owner'${beside})`);
    changed.push(table);
  }
  for (const table of referenceTables) {
    if (done.has(table)) continue;
    await runner.query(`SELECT create_reference_table('${table}')`);
    changed.push(table);
  }
  await runner.query(keyDistribution.write.text);
  for (const { signature, ownerParameter } of distributedFunctions)
    await runner.query(
      `SELECT create_distributed_function('${signature}', '${ownerParameter}', colocate_with := '${first}')`,
    );
  return changed;
}

async function checkCluster(runner: QueryRunner, isThere: boolean): Promise<void> {
  if (!isThere)
    throw new Error(
      'DATABASE_DISTRIBUTION is citus, but this database lacks the extension. Run CREATE EXTENSION citus in it, on the coordinator and on every worker (shared_preload_libraries must begin with citus), then run the migration again.',
    );
  const [workers]: { count: number }[] = await runner.query(
    'SELECT count(*)::integer AS count FROM pg_dist_node WHERE isactive AND shouldhaveshards',
  );
  if (!workers?.count)
    throw new Error(
      `DATABASE_DISTRIBUTION is citus, but the coordinator knows no worker. Run SELECT citus_set_coordinator_host('<this host>', <port>) and SELECT citus_add_node('<worker>', <port>) for each, then run the migration again.`,
    );
}

async function hasExtension(runner: QueryRunner): Promise<boolean> {
  return (await runner.query(`SELECT FROM pg_extension WHERE extname = 'citus'`)).length > 0;
}

async function tablesOfCitus(runner: QueryRunner): Promise<Set<string>> {
  const rows: { name: string }[] = await runner.query(
    `SELECT relation.relname AS name FROM pg_dist_partition JOIN pg_class AS relation ON relation.oid = logicalrelid`,
  );
  return new Set(rows.map(({ name }) => name));
}

/** Whether a data source was opened for distributed tables. */
export function isDistributed(source: DataSource): boolean {
  const { extra } = source.options as { readonly extra?: { readonly distribution?: Distribution } };
  return extra?.distribution === 'citus';
}

/** Owners that are worked on at once: the other connections are for everybody else. */
export const ownersAtOnce = 8;

/**
 * Does some work for each owner by themselves, for several side by side.
 * @param atOnce for how many; 1 within a transaction, which has one connection
 * @param ownerOf whose an item is
 * @returns all that the work gave, owner by owner
 * @throws what the work of one owner threw, once no other is under way; those that had not begun are left out
 */
export async function eachOwner<T, R>(
  atOnce: number,
  items: readonly T[],
  ownerOf: (item: T) => string,
  work: (part: readonly T[], owner: string) => Promise<readonly R[]>,
): Promise<R[]> {
  const parts = new Map<string, T[]>();
  for (const item of items) {
    const part = parts.get(ownerOf(item));
    if (part) part.push(item);
    else parts.set(ownerOf(item), [item]);
  }
  const results: R[] = [];
  const failures: unknown[] = [];
  const waiting = parts.entries();
  const next = async (): Promise<void> => {
    for (const [owner, part] of waiting) {
      if (failures.length > 0) return;
      await work(part, owner).then(
        (done) => void results.push(...done),
        (error: unknown) => void failures.push(error),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, parts.size) }, next));
  if (failures.length > 0) throw failures[0];
  return results;
}
