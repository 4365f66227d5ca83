import type { DataSource } from 'typeorm';
import {
  type WorkspaceClaim,
  type Append,
  type AppendOutcome,
  type ExpectedPanel,
  FairTurns,
  type FencedLock,
  type PanelKey,
  type Together,
  bringsIntoBeing,
  countStateVariables,
  panelKeyText,
} from '@nexus-state/state-core';
import { claimKey, claimsJson, isKeyTaken } from './key-store';
import { errorCodeOf } from './error-code';
import { appendText } from './append-text';
import { holdFence } from './fencing-tokens';
import { jsonParameter } from './json-parameter';
import { type Run, inTransaction, runOver } from './query';
import { holdVersions } from './hold-versions';

/**
 * Appends many chains of changes in one statement.
 * In:  $1 the panels after their chains, $2 the changes in order; both JSON lists.
 * Out: one row for each panel that was at its expected version, with the instant of the change.
 * A panel that was not is simply missing from the answer, and none of its changes are written. The first panel of a
 * workspace brings the workspace into being.
 */
const appendStatement = {
  name: 'append-changes',
  text: appendText({ now: 'clock_timestamp()', transactionId: 'pg_current_xact_id()' }),
};

/**
 * The same, with the keys that are claimed by what is written, $3: a JSON list. Fails as a whole where one of them is
 * taken, for nothing may be written then, and it is not known before the panels are.
 */
const keyed = {
  now: 'clock_timestamp()',
  transactionId: 'pg_current_xact_id()',
  // In order, and so after all panels: batches that share panels and keys queue instead of deadlocking.
  more: `, claimed AS (
      INSERT INTO idempotency_keys (owner, workspace_id, key_hash, fingerprint, answer, claimed_at)
      SELECT owner, workspace_id, hash, fingerprint, answer, now
      FROM jsonb_to_recordset($3::jsonb) AS claim(
        owner text, workspace_id text, panel_id text, hash text, fingerprint text, answer jsonb)
      JOIN written USING (owner, workspace_id, panel_id) CROSS JOIN moment
      ORDER BY owner, workspace_id, hash
    )`,
};
const appendKeyedStatement = { name: 'append-changes-keyed', text: appendText(keyed) };

/** The same where some of what is written is written under locks. */
const appendFencedStatement = {
  name: 'append-changes-fenced',
  text: appendText({ ...keyed, fenced: true }),
};

/** The same at an instant and under a number that are given: $3 and $4. */
const appendAtStatement = {
  name: 'append-changes-at',
  text: appendText({ now: '$3::timestamptz', transactionId: '$4::xid8' }),
};

/** When changes happen, and their place in the feed. */
export interface Moment {
  /** RFC 3339, UTC, milliseconds. */
  readonly now: string;
  /** The number of a transaction that is running. */
  readonly transactionId: string;
}

interface WrittenRow {
  owner: string;
  workspaceId: string;
  panelId: string;
  updatedAt: Date | null;
}

const deadlockAttempts = 5;

/** See `PanelStore.append`. */
export async function appendChanges(
  source: DataSource,
  batch: readonly Append[],
): Promise<readonly AppendOutcome[]> {
  try {
    const written = await withoutDeadlock(() => writeChanges(runOver(source), batch));
    return batch.map(({ key }) => outcomeOf(written, key));
  } catch (error) {
    if (error instanceof VersionMissed) return batch.map(() => ({ outcome: 'version-mismatch' }));
    if (!isKeyTaken(error)) throw error;
    if (batch.length === 1) return [{ outcome: 'key-taken' }];
    // Which entry it was is not known, and the others need not suffer for it.
    const outcomes: AppendOutcome[] = [];
    for (const append of batch) outcomes.push(...(await appendChanges(source, [append])));
    return outcomes;
  }
}

/** What became of one panel's changes. @param written as `writeChanges` gives it */
export function outcomeOf(written: ReadonlyMap<string, string | null>, key: PanelKey): AppendOutcome {
  const occurredAt = written.get(panelKeyText(key));
  if (occurredAt === null) return { outcome: 'lock-lost' };
  return occurredAt ? { outcome: 'appended', occurredAt } : { outcome: 'version-mismatch' };
}

/** Thrown to roll a transaction back; never leaves this folder. */
export class VersionMissed extends Error {}

/** The same, where a key is taken. */
class KeyTaken extends Error {}

/** The same, where a lock is lost. */
class FenceLost extends Error {}

/** See `PanelStore.appendTogether`. */
export async function appendTogether(
  source: DataSource,
  batch: readonly Append[],
  checks: readonly ExpectedPanel[],
  claim?: WorkspaceClaim,
  lock?: FencedLock,
): Promise<AppendOutcome> {
  return outcomeOfTogether(() =>
    inTransaction(source, async (run) => {
      const occurredAt = await writeTogether(run, { batch, checks, claim, lock });
      return { outcome: 'appended', occurredAt: occurredAt ?? new Date().toISOString() };
    }),
  );
}

/**
 * Writes changes of several panels, holds others at their versions, claims a key, and holds a lock: all of it, or it throws.
 * @param moment as for `writeChanges`
 * @returns the instant of the newest change; undefined where there is none
 * @throws VersionMissed, KeyTaken, FenceLost, so that the transaction is rolled back
 */
export async function writeTogether(
  run: Run,
  { batch, checks, claim, lock }: Together,
  moment?: Moment,
): Promise<string | undefined> {
  // The changes first: what a transaction builds on must be committed before it gets its number, or the feed
  // would have it in the wrong order.
  const written = batch.length === 0 ? new Map<string, never>() : await writeChanges(run, batch, moment);
  if (written.size < batch.length) throw new VersionMissed();
  if (!(await holdVersions(run, checks))) throw new VersionMissed();
  if (claim && !(await claimKey(run, claim.workspace, claim))) throw new KeyTaken();
  if (lock && !(await holdFence(run, lock))) throw new FenceLost();
  return [...written.values()]
    .flatMap((at) => at ?? [])
    .sort()
    .at(-1);
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
    throw error;
  }
}

/**
 * Writes what can be written; gives the instant of each panel that was, and null for each whose lock is lost.
 * @param moment now, under the number of the statement's own transaction, where not given
 */
export async function writeChanges(
  run: Run,
  batch: readonly Append[],
  moment?: Moment,
): Promise<Map<string, string | null>> {
  // Locks are taken in the order of the rows, so batches that share panels queue instead of deadlocking.
  const sorted = batch
    .map((append) => ({ append, text: panelKeyText(append.key) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1));
  const turns = new FairTurns();
  const [panelTexts, changeTexts]: [string[], string[]] = [[], []];
  for (const { append } of sorted) {
    panelTexts.push(panelJson(append));
    changeTexts.push(...changesJson(append));
    // Many panels together may be large, where each is small.
    if (turns.isOver) await turns.pause();
  }
  const [panels, changes] = [await jsonParameter(panelTexts), await jsonParameter(changeTexts)];
  const claimed = sorted.flatMap(({ append: { key, claims } }) => (claims ? [{ key, claims }] : []));
  const fenced = sorted.some(({ append }) => append.lock);
  const rows = moment
    ? await run<WrittenRow>(appendAtStatement, [panels, changes, moment.now, moment.transactionId])
    : fenced || claimed.length > 0
      ? await run<WrittenRow>(fenced ? appendFencedStatement : appendKeyedStatement, [
          panels,
          changes,
          claimsJson(claimed),
        ])
      : await run<WrittenRow>(appendStatement, [panels, changes]);
  return new Map(rows.map((row) => [panelKeyText(row), row.updatedAt?.toISOString() ?? null]));
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

// Composed by hand so that the state's text, already at hand, is not parsed and printed again.
function panelJson({ key, expectedVersion, changes, result, lock }: Append): string {
  return `{${keyJson(key)},"expected":${expectedVersion},"version":${result.version},"checksum":"${result.checksum}","size":${result.stateSizeBytes},"variables":${result.stateVariables ?? countStateVariables(result.state)},"deleted":${result.deleted},"creates":${changes.some(bringsIntoBeing)},"state":${result.stateText}${lock ? lockJson(lock) : ''}}`;
}

function lockJson({ owner, name, fencingToken }: FencedLock): string {
  return `,"lock_owner":${JSON.stringify(owner)},"lock_name":"${name}","fence":${fencingToken}`;
}

function changesJson({ key, changes }: Append): string[] {
  return changes.map((change) => {
    const {
      version,
      changeType: type,
      triggeredBy: by,
      triggerSource: source,
      actor,
      changeSizeBytes: size,
    } = change;
    const { checksum, baseVersion: base, idempotencyKey, patchText, fullCopy } = change;
    const fields = JSON.stringify({
      version,
      type,
      by,
      source,
      actor,
      size,
      checksum,
      base,
      key: idempotencyKey,
    });
    const copy = fullCopy === undefined ? '' : `,"copy":${fullCopy}`;
    return `{${keyJson(key)},"patch":${patchText}${copy},${fields.slice(1)}`;
  });
}

function keyJson({ owner, workspaceId, panelId }: Append['key']): string {
  return `"owner":${JSON.stringify(owner)},"workspace_id":${JSON.stringify(workspaceId)},"panel_id":${JSON.stringify(panelId)}`;
}
