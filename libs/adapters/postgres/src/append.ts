import type { DataSource } from 'typeorm';
import {
  type WorkspaceClaim,
  type Append,
  type AppendOutcome,
  type ExpectedPanel,
  FairTurns,
  type PanelKey,
  type Together,
  bringsIntoBeing,
  countStateVariables,
  panelKeyText,
} from '@nexus-state/state-core';
import { claimKey, claimsJson, isKeyTaken } from './key-store';
import { errorCodeOf } from './error-code';
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
 * taken, for nothing may be written then, and nobody knows before the panels are.
 */
const appendKeyedStatement = {
  name: 'append-changes-keyed',
  text: appendText({
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
  }),
};

/** The same at an instant and under a number that are given: $3 and $4. */
const appendAtStatement = {
  name: 'append-changes-at',
  text: appendText({ now: '$3::timestamptz', transactionId: '$4::xid8' }),
};

function appendText({
  now,
  transactionId,
  more = '',
}: {
  readonly now: string;
  readonly transactionId: string;
  readonly more?: string;
}): string {
  return `
    WITH panel AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS panel(
        owner text, workspace_id text, panel_id text, expected bigint, version bigint, state jsonb,
        checksum text, size integer, variables integer, deleted boolean, creates boolean)
    ), moment AS MATERIALIZED (
      SELECT date_trunc('milliseconds', ${now}) AS now
    ), updated AS (
      UPDATE panel_states AS stored
      SET version = panel.version, state = panel.state, checksum = panel.checksum, state_size_bytes = panel.size,
          state_variable_count = panel.variables, deleted = panel.deleted,
          updated_at = greatest(moment.now, stored.updated_at)
      FROM panel, moment
      WHERE panel.expected > 0
        AND stored.owner = panel.owner AND stored.workspace_id = panel.workspace_id
        AND stored.panel_id = panel.panel_id AND stored.version = panel.expected
      RETURNING stored.owner, stored.workspace_id, stored.panel_id, stored.updated_at
    ), created AS (
      INSERT INTO panel_states AS stored (owner, workspace_id, panel_id, version, state, checksum, state_size_bytes,
        state_variable_count, deleted, created_at, updated_at, last_accessed_at)
      SELECT owner, workspace_id, panel_id, version, state, checksum, size, variables, deleted, now, now, now
      FROM panel, moment
      WHERE panel.expected = 0
      ON CONFLICT (owner, workspace_id, panel_id) DO NOTHING
      RETURNING stored.owner, stored.workspace_id, stored.panel_id, stored.updated_at
    ), written AS MATERIALIZED (
      SELECT * FROM updated UNION ALL SELECT * FROM created
    ), placed AS (
      INSERT INTO workspaces (owner, workspace_id, name)
      SELECT DISTINCT owner, workspace_id, workspace_id
      FROM panel JOIN written USING (owner, workspace_id, panel_id)
      WHERE panel.creates
      ON CONFLICT (owner, workspace_id) DO NOTHING
    ), appended AS (
      INSERT INTO state_history (owner, workspace_id, panel_id, change_type, patch, previous_version, new_version,
        triggered_by, trigger_source, actor, change_size_bytes, checksum, base_version, idempotency_key, full_state,
        occurred_at, transaction_id)
      SELECT owner, workspace_id, panel_id, type, patch, version - 1, version, by, source, actor, size,
        checksum, base, key, copy, written.updated_at, ${transactionId}
      FROM jsonb_to_recordset($2::jsonb) AS change(
        owner text, workspace_id text, panel_id text, type text, patch jsonb, version bigint, by text, source text,
        actor text, size integer, checksum text, base bigint, key text, copy jsonb)
      JOIN written USING (owner, workspace_id, panel_id)
      ORDER BY owner, workspace_id, panel_id, version
    )${more}
    SELECT owner, workspace_id AS "workspaceId", panel_id AS "panelId", updated_at AS "updatedAt" FROM written`;
}

/** When changes happen, and where they stand in the feed. */
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
  updatedAt: Date;
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
export function outcomeOf(written: ReadonlyMap<string, string>, key: PanelKey): AppendOutcome {
  const occurredAt = written.get(panelKeyText(key));
  return occurredAt ? { outcome: 'appended', occurredAt } : { outcome: 'version-mismatch' };
}

/** Thrown to roll a transaction back; never leaves this folder. */
export class VersionMissed extends Error {}

/** The same, where a key is taken. */
class KeyTaken extends Error {}

/** See `PanelStore.appendTogether`. */
export async function appendTogether(
  source: DataSource,
  batch: readonly Append[],
  checks: readonly ExpectedPanel[],
  claim?: WorkspaceClaim,
): Promise<AppendOutcome> {
  return outcomeOfTogether(() =>
    inTransaction(source, async (run) => {
      const occurredAt = await writeTogether(run, { batch, checks, claim });
      return { outcome: 'appended', occurredAt: occurredAt ?? new Date().toISOString() };
    }),
  );
}

/**
 * Writes changes of several panels, holds others at their versions, and claims a key: all of it, or it throws.
 * @param moment as for `writeChanges`
 * @returns the instant of the newest change; undefined where there is none
 * @throws VersionMissed, KeyTaken, so that the transaction is rolled back
 */
export async function writeTogether(
  run: Run,
  { batch, checks, claim }: Together,
  moment?: Moment,
): Promise<string | undefined> {
  // The changes first: what a transaction builds on must be committed before it gets its number, or the feed
  // would tell it in the wrong order.
  const written = batch.length === 0 ? new Map<string, string>() : await writeChanges(run, batch, moment);
  if (written.size < batch.length) throw new VersionMissed();
  if (!(await holdVersions(run, checks))) throw new VersionMissed();
  if (claim && !(await claimKey(run, claim.workspace, claim))) throw new KeyTaken();
  return [...written.values()].sort().at(-1);
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
    throw error;
  }
}

/**
 * Writes what can be written; gives the instant of each panel that was.
 * @param moment now, under the number of the statement's own transaction, where not given
 */
export async function writeChanges(
  run: Run,
  batch: readonly Append[],
  moment?: Moment,
): Promise<Map<string, string>> {
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
  const rows = moment
    ? await run<WrittenRow>(appendAtStatement, [panels, changes, moment.now, moment.transactionId])
    : claimed.length > 0
      ? await run<WrittenRow>(appendKeyedStatement, [panels, changes, claimsJson(claimed)])
      : await run<WrittenRow>(appendStatement, [panels, changes]);
  return new Map(rows.map((row) => [panelKeyText(row), row.updatedAt.toISOString()]));
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
function panelJson({ key, expectedVersion, changes, result }: Append): string {
  return `{${keyJson(key)},"expected":${expectedVersion},"version":${result.version},"checksum":"${result.checksum}","size":${result.stateSizeBytes},"variables":${result.stateVariables ?? countStateVariables(result.state)},"deleted":${result.deleted},"creates":${changes.some(bringsIntoBeing)},"state":${result.stateText}}`;
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
