import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { VisiblePanels } from '@nexus-state/state-core';
import { aPanelKey, anAppend } from '@nexus-state/state-core/testing';
import { keyDistribution } from '@nexus-state/store/postgres';
import { Client } from 'pg';
import { localTables, referenceTables, distributedTables } from './distribution';
import { appendOfOwner } from './migrations/016-append-from-lists';
import { PostgresPanelHistory } from './panel-history';
import { PostgresPanelStore } from './panel-store';
import type { Statement } from './query';
import { describeContracts } from './testing/contracts';
import { ownersMissing } from './testing/owners-named';
import { onTestDatabase } from './testing/postgres-adapter';

/** Statements that go to all workers, or through the coordinator, and why that is as it should be. */
const exceptions: Record<string, string> = {
  'forget-keys': 'in the background: keys of all owners, by age',
  'thin-snapshots-one-an-hour': 'in the background: snapshots of all owners, by age',
  'thin-snapshots-one-a-day': 'in the background: snapshots of all owners, by age',
  'thin-snapshots-newest': 'in the background: snapshots of all owners, by age',
  'changed-panels': 'in the background: what changed anywhere since the scan before',
  'due-workspaces': 'in the background: workspaces of all owners that are due',
  'prune-embeddings': 'in the background: vectors of all owners, by age',
  'workspaces-of-user': 'the list of what others share with a user has workspaces of many owners',
  'kv-due': 'in the background: keys of all owners whose time has passed',
  'kv-forget-aged': 'in the background: changes of all owners, by age',
  'kv-revisions': 'in the background: the owners that this process watches',
  'append-audit-records': 'in the background: records of many owners in one batch, spread by the coordinator',
  'read-audit-records': 'the log of an installation, for its operators',
};

/** Statements over many owners that are used where tables are not distributed; each has one that takes its place where they are. */
const plainOnly: Record<string, string> = {
  'append-changes': 'append_of_owner',
  'append-changes-keyed': 'append_of_owner',
  'append-changes-fenced': 'append_of_owner, behind hold-fencing-token',
  'append-changes-together': 'append_of_owner',
  'append-changes-at': 'append_of_owner',
  'touch-panels': 'touch-panels-of-owner',
  'find-kept-answers': 'find-kept-answers-of-owner',
  'hold-turns': 'hold-turns-of-owner',
  'approval-rules': 'approval-rules-of-owner',
  'delete-workspace': 'delete-workspace-of-owner and delete-members',
  'note-changes': 'changed-panels and note-changes-of-owner',
};

/** What was run, by name; what has no name, by its text. */
const ran = new Map<string, string>();

/** A statement without a name is planned for its values each time; one of them is an exception. */
function nameless(text: string): string {
  return /SELECT[^;]*FROM audit_records/.test(text) ? 'read-audit-records' : text;
}

const { query } = Client.prototype as unknown as { query: (...args: unknown[]) => unknown };

// Queries go on as they are; only their texts are kept.
beforeAll(() => {
  const listening = function (this: Client, ...args: unknown[]): unknown {
    const [first] = args;
    const { text, name } = (typeof first === 'string' ? { text: first } : first) as Partial<Statement>;
    if (text !== undefined) ran.set(name ?? nameless(text), text);
    return query.apply(this, args);
  };
  Object.assign(Client.prototype, { query: listening });
});
afterAll(() => void Object.assign(Client.prototype, { query }));

// On tables that are not distributed: they take all that a cluster takes, so this tries every statement that is meant for one.
describeContracts('PostgreSQL, written to by owner', () =>
  onTestDatabase(() => undefined, undefined, 'citus'),
);

it('panels and workspaces of the past are read of one owner', async () => {
  const { source, close } = await onTestDatabase(() => undefined, undefined, 'citus');
  const key = aPanelKey();
  const store = new PostgresPanelStore(source);
  await store.append([anAppend(key, 0, [{ state: { n: 1 } }])]);
  const history = new PostgresPanelHistory(source);
  expect((await history.rebuildSource(key, 1))?.steps).toHaveLength(1);
  expect(await history.versionAt(key, new Date(Date.now() + 60_000).toISOString())).toBe(1);
  const past = { revision: 1, limit: 10, visible: VisiblePanels.all };
  expect(await history.panelsAt(key, past)).toMatchObject([{ panelId: key.panelId, version: 1 }]);
  expect(await store.heads(key, { limit: 10, changedSince: 1 })).toEqual([]);
  await close();
});

describe('statements, for tables that are distributed by owner', () => {
  it('name the owner wherever they read or write a distributed table', () => {
    const missing = [...ran].flatMap(([name, text]) =>
      ownersMissing(text, distributedTables).map((table) => `${name}: ${table}`),
    );
    const unexpected = missing.filter((line) => !((line.split(':')[0] as string) in exceptions));
    expect(unexpected).toEqual([]);
  });

  it('are not those that are meant for one machine', () => {
    expect([...ran.keys()].filter((name) => name in plainOnly)).toEqual([]);
  });

  it('have no exception that is none', () => {
    const missing = new Set(
      [...ran].filter(([, text]) => ownersMissing(text, distributedTables).length > 0).map(([name]) => name),
    );
    // One that runs at an interval may not have run yet.
    expect(Object.keys(exceptions).filter((name) => ran.has(name) && !missing.has(name))).toEqual([]);
  });

  it('write what every node has a copy of by themselves, for a worker changes its own copy alone', () => {
    const nested = [...ran].filter(([, text]) =>
      referenceTables.some((table) =>
        new RegExp(`\\S\\s+(?:INSERT INTO|UPDATE|DELETE FROM) ${table}\\b`).test(text.replaceAll('(', ' ( ')),
      ),
    );
    expect(nested.map(([name]) => name)).toEqual([]);
  });

  it('are all that this library has', () => {
    const folder = readdirSync(__dirname).filter((file) => /^[a-z-]+\.ts$/.test(file));
    const names = folder.flatMap((file) =>
      [...readFileSync(join(__dirname, file), 'utf8').matchAll(/\bname: ['`]([^'`$]+)['`]/g)].map(
        ([, name]) => name as string,
      ),
    );
    expect(names.filter((name) => !ran.has(name) && !(name in plainOnly))).toEqual([]);
  });

  it('name the owner in the functions that write, too', () => {
    expect(ownersMissing(appendOfOwner, distributedTables)).toEqual([]);
    expect(ownersMissing(keyDistribution.write.text, distributedTables)).toEqual([]);
  });

  it('meet every table either distributed, copied to every node, or on the coordinator', async () => {
    const { source, close } = await onTestDatabase(() => undefined);
    const tables = await source.query<{ name: string }[]>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
    );
    expect(tables.map(({ name }) => name)).toEqual(
      [...distributedTables, ...referenceTables, ...localTables].sort(),
    );
    await close();
  });
});
