import type { Append, FencedLock } from '@nexus-state/state-core';
import { appendTexts } from './append-json';
import { eachOwner } from './distribution';
import { holdFence } from './fencing-tokens';
import { jsonParameter } from './json-parameter';
import { claimsJson } from './key-store';
import type { Run } from './query';
import type { Writing, WrittenRow } from './writing';

/**
 * Appends the changes of one owner, on the worker that has their rows (`append_of_owner`, migration 016). Without a name: a plan that is made for any
 * owner is not sent to a worker.
 * In:  $1 the owner, $2 the workspaces, $3 whether panels may come into being, $4 the panels after their changes, $5 the changes in
 *      order, $6 the keys that are claimed, all JSON lists, $7 which revisions, $8 the instant, where it is given.
 * Out: one row for each panel that was at its expected version.
 */
const appendStatement = { text: 'SELECT * FROM append_of_owner($1, $2, $3, $4, $5, $6, $7, $8)' };

/**
 * Writes what can be written where tables are distributed: a statement for each owner.
 * @param run side by side, where it runs over a pool
 * @param batch in the order of the rows; with locks only within a transaction, which holds them
 */
export async function writeOfOwners(
  run: Run,
  batch: readonly Append[],
  writing: Writing,
): Promise<WrittenRow[]> {
  const fenced = writing === 'each' ? batch.flatMap(({ lock }) => lock ?? []) : [];
  const lost = await lostLocks(run, fenced);
  const isLost = ({ lock }: Append): boolean => lock !== undefined && lost.has(lockText(lock));
  const rows = await eachOwner(
    run.ownersAtOnce ?? 1,
    batch.filter((append) => !isLost(append)),
    ({ key }) => key.owner,
    (part, owner) => writeOfOwner(run, owner, part, writing),
  );
  return [...rows, ...batch.filter(isLost).map(({ key }) => ({ ...key, updatedAt: null, revision: null }))];
}

async function writeOfOwner(
  run: Run,
  owner: string,
  batch: readonly Append[],
  writing: Writing,
): Promise<WrittenRow[]> {
  const { panelTexts, changeTexts } = await appendTexts(batch, writing);
  const claimed = batch.flatMap(({ key, claims }) => (writing === 'each' && claims ? [{ key, claims }] : []));
  const rows = await run<WrittenRow>(appendStatement, [
    owner,
    [...new Set(batch.map(({ key }) => key.workspaceId))],
    batch.some(({ expectedVersion }) => expectedVersion === 0),
    await jsonParameter(panelTexts, 'text'),
    await jsonParameter(changeTexts, 'text'),
    claimsJson(claimed),
    typeof writing === 'object' ? 'given' : writing,
    typeof writing === 'object' ? writing.now : null,
  ]);
  return rows.map((row) => ({ ...row, owner }));
}

/** Holds the newest numbers of locks, in order, until the transaction ends. @returns those that have a newer one */
async function lostLocks(run: Run, locks: readonly FencedLock[]): Promise<ReadonlySet<string>> {
  const lost = new Set<string>();
  const distinct = new Map(locks.map((lock) => [lockText(lock), lock] as const));
  for (const [text, lock] of [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (!(await holdFence(run, lock))) lost.add(text);
  return lost;
}

function lockText({ owner, name, fencingToken }: FencedLock): string {
  return JSON.stringify([owner, name, fencingToken]);
}
