import type { DataSource } from 'typeorm';
import {
  type Appended,
  type Append,
  type AppendOutcome,
  type PanelKey,
  type Together,
  withRevision,
  panelKeyText,
} from '@nexus-state/state-core';
import { claimKey, claimsJson, isKeyTaken } from './key-store';
import { errorCodeOf } from './error-code';
import { appendTexts } from './append-json';
import { writeOfOwners } from './append-of-owner';
import { appendText } from './append-text';
import { eachOwner, isDistributed, ownersAtOnce } from './distribution';
import { holdFence } from './fencing-tokens';
import { jsonParameter } from './json-parameter';
import { type Run, inTransaction, runOver } from './query';
import { holdVersions } from './hold-versions';
import { readRevision } from './revisions';
import { accompany, proposeLeftOut } from './companions';
import { holdTurn, openTurns } from './turn-store';
import type { Writing, WrittenRow } from './writing';

/**
 * Appends many chains of changes in one statement.
 * In:  $1 the panels after their chains, $2 the changes in order; both JSON lists.
 * Out: one row for each panel that was at its expected version, with the instant of the change.
 * A panel that was not is simply missing from the answer, and none of its changes are written. The first panel of a
 * workspace brings the workspace into being.
 */
const appendStatement = {
  name: 'append-changes',
  text: appendText({ now: 'clock_timestamp()', revisions: 'each' }),
};

/**
 * The same, with the keys that are claimed by what is written, $3: a JSON list. Fails as a whole where one of them is
 * taken, for nothing may be written then, and it is not known before the panels are.
 */
const keyed = {
  now: 'clock_timestamp()',
  revisions: 'each',
  // In order, and so after all panels: batches that share panels and keys queue instead of deadlocking.
  more: `, claimed AS (
      INSERT INTO idempotency_keys (owner, workspace_id, key_hash, fingerprint, answer, claimed_at)
      SELECT owner, workspace_id, hash, fingerprint, answer, now
      FROM jsonb_to_recordset($3::jsonb) AS claim(
        owner text, workspace_id text, panel_id text, hash text, fingerprint text, answer jsonb)
      JOIN written USING (owner, workspace_id, panel_id) CROSS JOIN moment
      ORDER BY owner, workspace_id, hash
    )`,
} as const;
const appendKeyedStatement = { name: 'append-changes-keyed', text: appendText(keyed) };

/** The same where some of what is written is written under locks. */
const appendFencedStatement = {
  name: 'append-changes-fenced',
  text: appendText({ ...keyed, fenced: true }),
};

/** The same, where all changes of a workspace make one revision. */
const appendTogetherStatement = {
  name: 'append-changes-together',
  text: appendText({ now: 'clock_timestamp()', revisions: 'shared' }),
};

/** The same at an instant and for a revision that are given: $3 and $4. */
const appendAtStatement = {
  name: 'append-changes-at',
  text: appendText({ now: '$3::timestamptz', revisions: 'given' }),
};

/** What became of one panel's changes, where its lock was not lost. */
export interface WrittenPanel {
  /** RFC 3339, UTC, milliseconds. */
  readonly occurredAt: string;
  /** Of its last change. */
  readonly revision: number;
}

/** By the text of the panel's key; without a `WrittenPanel` where its lock is lost. */
type WrittenPanels = ReadonlyMap<string, WrittenPanel | null>;

const deadlockAttempts = 5;

/** See `PanelStore.append`. */
export async function appendChanges(
  source: DataSource,
  batch: readonly Append[],
): Promise<readonly AppendOutcome[]> {
  if (!isDistributed(source)) return appendAtOnce(source, batch);
  const outcomes = new Map<Append, AppendOutcome>();
  await eachOwner(
    ownersAtOnce,
    batch,
    ({ key }) => key.owner,
    async (part) => {
      (await appendAtOnce(source, part)).forEach((outcome, n) => outcomes.set(part[n] as Append, outcome));
      return [];
    },
  );
  return batch.map((append) => outcomes.get(append) as AppendOutcome);
}

/** Appends what one statement, or one transaction, can append: any batch, or where tables are distributed, that of an owner. */
async function appendAtOnce(source: DataSource, batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
  // A function cannot hold locks that are on another worker.
  const isFencedApart = isDistributed(source) && batch.some(({ lock }) => lock);
  try {
    if (isFencedApart || batch.some(({ turnId }) => turnId !== undefined))
      return await appendInTurns(source, batch);
    const written = await withoutDeadlock(() => writeChanges(runOver(source), batch, 'each'));
    return batch.map(({ key }) => outcomeOf(written, key));
  } catch (error) {
    if (error instanceof VersionMissed) return batch.map(() => ({ outcome: 'version-mismatch' }));
    if (!isKeyTaken(error)) throw error;
    if (batch.length === 1) return [{ outcome: 'key-taken' }];
    // Which entry it was is not known, and the others need not suffer for it.
    const outcomes: AppendOutcome[] = [];
    for (const append of batch) outcomes.push(...(await appendAtOnce(source, [append])));
    return outcomes;
  }
}

/** The same in a transaction, where some changes belong to turns, which are held open meanwhile. */
function appendInTurns(source: DataSource, batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
  return withoutDeadlock(() =>
    inTransaction(source, async (run) => {
      const open = await openTurns(run, batch);
      const isAllowed = (append: Append): boolean => append.turnId === undefined || open.has(append);
      const written = await writeChanges(run, batch.filter(isAllowed), 'each');
      await proposeLeftOut(
        run,
        batch.filter((append) => isAllowed(append) && written.get(panelKeyText(append.key))),
      );
      return batch.map((append) =>
        isAllowed(append) ? outcomeOf(written, append.key) : { outcome: 'turn-ended' },
      );
    }),
  );
}

/** What became of one panel's changes. @param written as `writeChanges` gives it */
export function outcomeOf(written: WrittenPanels, key: PanelKey): AppendOutcome {
  const panel = written.get(panelKeyText(key));
  if (panel === null) return { outcome: 'lock-lost' };
  return panel ? { outcome: 'appended', ...panel } : { outcome: 'version-mismatch' };
}

/** Thrown to roll a transaction back; never leaves this folder. */
export class VersionMissed extends Error {}

/** The same, where a key is taken. */
class KeyTaken extends Error {}

/** The same, where a lock is lost. */
class FenceLost extends Error {}

/** The same, where something else refuses. */
class Refused extends Error {
  constructor(readonly outcome: AppendOutcome) {
    super(outcome.outcome);
  }
}

/** See `PanelStore.appendTogether`. */
export async function appendTogether(source: DataSource, together: Together): Promise<AppendOutcome> {
  return outcomeOfTogether(() => inTransaction(source, (run) => writeTogether(run, together)));
}

/**
 * Writes changes of several panels, holds others at their versions, claims a key, and holds a lock: all of it, or it throws.
 * @returns the instant and the revision of the changes; where there are none, those of now
 * @throws VersionMissed, KeyTaken, FenceLost, Refused, so that the transaction is rolled back
 */
export async function writeTogether(
  run: Run,
  { batch, checks, claim, lock, turnId, companion }: Together,
): Promise<Appended> {
  // Turns come before panels for every writer.
  const refusal = await accompany(run, companion);
  if (refusal) throw new Refused(refusal);
  const [first] = batch;
  if (first && turnId !== undefined && !(await holdTurn(run, first.key, turnId)))
    throw new Refused({ outcome: 'turn-ended' });
  // First, and what is written together with what is only checked, in order: nobody may wait for a panel who holds the counter of
  // the workspace, nor who holds another panel that comes later.
  const before = batch.map(({ key, expectedVersion: version }) => ({ key, version }));
  if (checks.length > 0 && !(await holdVersions(run, checks, before))) throw new VersionMissed();
  const written = batch.length === 0 ? new Map<string, never>() : await writeChanges(run, batch, 'together');
  if (written.size < batch.length) throw new VersionMissed();
  const panels = [...written.values()].flatMap((panel) => panel ?? []);
  const occurredAt =
    panels
      .map((panel) => panel.occurredAt)
      .sort()
      .at(-1) ?? new Date().toISOString();
  const workspace = checks[0]?.key ?? claim?.workspace ?? companion?.workspace;
  const revision = panels[0]?.revision ?? (workspace ? await readRevision(run, workspace) : 0);
  if (claim && !(await claimKey(run, claim.workspace, withRevision(claim, revision)))) throw new KeyTaken();
  if (lock && !(await holdFence(run, lock))) throw new FenceLost();
  return { outcome: 'appended', occurredAt, revision };
}

/** What came of writing several panels together, tried again after a deadlock. */
export async function outcomeOfTogether<T extends AppendOutcome | undefined>(
  work: () => Promise<T>,
): Promise<T | AppendOutcome> {
  try {
    return await withoutDeadlock(work);
  } catch (error) {
    if (error instanceof VersionMissed) return { outcome: 'version-mismatch' };
    if (error instanceof KeyTaken) return { outcome: 'key-taken' };
    if (error instanceof FenceLost) return { outcome: 'lock-lost' };
    if (error instanceof Refused) return error.outcome;
    throw error;
  }
}

/** Writes what can be written; gives what became of each panel that was, and null for each whose lock is lost. */
export async function writeChanges(
  run: Run,
  batch: readonly Append[],
  writing: Writing,
): Promise<WrittenPanels> {
  // Locks are taken in the order of the rows, so batches that share panels queue instead of deadlocking.
  const sorted = batch
    .map((append) => ({ append, text: panelKeyText(append.key) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1));
  const inOrder = sorted.map(({ append }) => append);
  const rows = await (run.ownersAtOnce ? writeOfOwners : runWriting)(run, inOrder, writing);
  return new Map(
    rows.map((row) => [
      panelKeyText(row),
      row.updatedAt && { occurredAt: row.updatedAt.toISOString(), revision: Number(row.revision) },
    ]),
  );
}

async function runWriting(run: Run, batch: readonly Append[], writing: Writing): Promise<WrittenRow[]> {
  const { panelTexts, changeTexts } = await appendTexts(batch, writing);
  const values = [await jsonParameter(panelTexts), await jsonParameter(changeTexts)];
  if (writing === 'together') return run(appendTogetherStatement, values);
  if (writing !== 'each') return run(appendAtStatement, [...values, writing.now, writing.revision]);
  const claimed = batch.flatMap(({ key, claims }) => (claims ? [{ key, claims }] : []));
  const fenced = batch.some(({ lock }) => lock);
  if (!fenced && claimed.length === 0) return run(appendStatement, values);
  return run(fenced ? appendFencedStatement : appendKeyedStatement, [...values, claimsJson(claimed)]);
}

/** Whether PostgreSQL ended a statement because of a deadlock. */
export function isDeadlock(error: unknown): boolean {
  return errorCodeOf(error) === '40P01';
}

/**
 * Tries a statement again that PostgreSQL has ended because of a deadlock: the planner does not promise the order of locking.
 * @throws VersionMissed when that happened each time: others were faster
 */
export async function withoutDeadlock<T>(statement: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await statement();
    } catch (error) {
      if (!isDeadlock(error)) throw error;
      if (attempt === deadlockAttempts) throw new VersionMissed();
    }
  }
}
