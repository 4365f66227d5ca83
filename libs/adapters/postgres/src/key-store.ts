import type { DataSource } from 'typeorm';
import type { JsonObject } from '@nexus-state/documents';
import {
  type LargeWork,
  type IdempotentRequest,
  type KeptResponse,
  type KeyClaim,
  type WorkspaceKey,
  inProcess,
  keyHash,
  keyRetentionMs,
  type KeyStore,
  mapInTurns,
} from '@nexus-state/state-core';
import { eachOwner } from './distribution';
import { errorCodeOf } from './error-code';
import { type HistoryRow, changeOf, historyColumns } from './history';
import { typesOfChanges } from './json-types';
import { type Run, runOver } from './query';

/**
 * What is kept under several keys. Each is looked up by itself (`LATERAL`, `LIMIT`): planned while tables are small, joins
 * would read them whole for ever.
 * In:  $1 a JSON list of workspaces and hashes, with the panels that each request changes, and key and caller as services of
 *      the version before kept them; $2 how long they did, in milliseconds.
 * Out: for each key that is taken one row with the answer and the change that it names, if it names one; for each other key
 *      one row for each change of the panels that the version before made under it.
 */
const findText = (ofOwner = '') => `
    WITH asked AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS asked(
        n integer, owner text, workspace_id text, hash text, panels jsonb, key text, caller text)
    ), kept AS MATERIALIZED (
      SELECT asked.n, asked.owner, asked.workspace_id, fingerprint, answer
      FROM asked CROSS JOIN LATERAL (
        SELECT fingerprint, answer FROM idempotency_keys
        WHERE owner = asked.owner AND workspace_id = asked.workspace_id AND key_hash = asked.hash${ofOwner}
        LIMIT 1) AS stored
    )
    SELECT kept.n, kept.fingerprint, kept.answer, change.*
    FROM kept LEFT JOIN LATERAL (
      SELECT panel_id AS "panelId", ${historyColumns} FROM state_history
      WHERE owner = kept.owner AND workspace_id = kept.workspace_id
        AND panel_id = kept.answer->>'panelId' AND new_version = (kept.answer->>'version')::bigint${ofOwner}
      LIMIT 1) AS change ON true
    UNION ALL
    SELECT asked.n, NULL, NULL, change.*
    FROM asked CROSS JOIN LATERAL jsonb_array_elements_text(asked.panels) AS panel(name) CROSS JOIN LATERAL (
      SELECT panel_id AS "panelId", ${historyColumns} FROM state_history
      WHERE owner = asked.owner AND workspace_id = asked.workspace_id
        AND panel_id = panel.name AND idempotency_key = asked.key AND actor = asked.caller
        AND occurred_at > clock_timestamp() - $2::bigint * interval '1 millisecond'${ofOwner}
      ORDER BY new_version
      LIMIT 1) AS change
    WHERE NOT EXISTS (SELECT FROM kept WHERE kept.n = asked.n)`;
const findStatement = { name: 'find-kept-answers', text: findText(), types: typesOfChanges };
const findOfOwnerStatement = {
  name: 'find-kept-answers-of-owner',
  text: findText(' AND owner = $3'),
  types: typesOfChanges,
};

/**
 * Claims a key.
 * In:  $1, $2 the workspace, $3 the hash of caller and key, $4 the fingerprint, $5 the answer.
 * Out: one row where the key was free.
 */
const claimStatement = {
  name: 'claim-key',
  text: `
    INSERT INTO idempotency_keys (owner, workspace_id, key_hash, fingerprint, answer, claimed_at)
    VALUES ($1, $2, $3, $4, $5::jsonb, clock_timestamp())
    ON CONFLICT (owner, workspace_id, key_hash) DO NOTHING
    RETURNING 1`,
};

const completeStatement = {
  name: 'complete-key',
  text: `
    UPDATE idempotency_keys SET answer = $5::jsonb
    WHERE owner = $1 AND workspace_id = $2 AND key_hash = $3 AND fingerprint = $4`,
};

const releaseStatement = {
  name: 'release-key',
  text: `
    DELETE FROM idempotency_keys
    WHERE owner = $1 AND workspace_id = $2 AND key_hash = $3 AND fingerprint = $4 AND answer = $5::jsonb`,
};

const forgetStatement = {
  name: 'forget-keys',
  text: `
    WITH old AS MATERIALIZED (
      SELECT owner, workspace_id, key_hash FROM idempotency_keys
      WHERE claimed_at < statement_timestamp() - $1::bigint * interval '1 millisecond'
      ORDER BY claimed_at
      LIMIT $2
    )
    DELETE FROM idempotency_keys AS kept USING old
    WHERE kept.owner = old.owner AND kept.workspace_id = old.workspace_id AND kept.key_hash = old.key_hash
    RETURNING 1`,
};

const forgottenAtOnce = 1_000;

/** Idempotency keys in PostgreSQL. */
export class PostgresKeyStore implements KeyStore {
  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {}

  async claim(
    workspace: WorkspaceKey,
    request: IdempotentRequest,
    answer: JsonObject,
  ): Promise<KeptResponse | undefined> {
    const run = runOver(this.source);
    for (;;) {
      if (await claimKey(run, workspace, { request, answer })) return undefined;
      // Nothing is there when it was released, or forgotten, just now.
      const kept = await findKept(run, { workspace, request, panelIds: [] }, inProcess);
      if (kept) return kept;
    }
  }

  async complete(workspace: WorkspaceKey, request: IdempotentRequest, answer: JsonObject): Promise<void> {
    await runOver(this.source)(completeStatement, claimValues(workspace, { request, answer }));
  }

  async release(workspace: WorkspaceKey, request: IdempotentRequest, answer: JsonObject): Promise<void> {
    await runOver(this.source)(releaseStatement, claimValues(workspace, { request, answer }));
  }

  async forget(ageMs: number, signal: AbortSignal): Promise<number> {
    for (let forgotten = 0; ;) {
      signal.throwIfAborted();
      const rows = await runOver(this.source)(forgetStatement, [ageMs, forgottenAtOnce]);
      forgotten += rows.length;
      if (rows.length < forgottenAtOnce) return forgotten;
    }
  }
}

/** A key that is looked up. */
export interface AskedKey {
  readonly workspace: WorkspaceKey;
  readonly request: IdempotentRequest;
  /** The panels that the request changes. */
  readonly panelIds: readonly string[];
}

interface KeptRow extends HistoryRow {
  readonly n: number;
  readonly fingerprint: string | null;
  readonly answer: JsonObject | null;
  readonly panelId: string | null;
}

/** See `PanelStore.findKept`: for several keys, in the order given. */
export async function findAllKept(
  run: Run,
  asked: readonly AskedKey[],
  large: LargeWork,
): Promise<readonly (KeptResponse | undefined)[]> {
  const list = asked.map(({ workspace: { owner, workspaceId }, request, panelIds }, n) => ({
    ...{ n, owner, workspace_id: workspaceId, hash: keyHash(request) },
    ...{ panels: panelIds, key: request.key, caller: request.actor },
  }));
  const rows = run.ownersAtOnce
    ? await eachOwner(
        run.ownersAtOnce,
        list,
        ({ owner }) => owner,
        (part, owner) => run<KeptRow>(findOfOwnerStatement, [JSON.stringify(part), keyRetentionMs, owner]),
      )
    : await run<KeptRow>(findStatement, [JSON.stringify(list), keyRetentionMs]);
  return Promise.all(
    asked.map(({ workspace }, index) =>
      keptOf(
        workspace,
        rows.filter(({ n }) => n === index),
        large,
      ),
    ),
  );
}

/** See `PanelStore.findKept`. */
export async function findKept(
  run: Run,
  asked: AskedKey,
  large: LargeWork,
): Promise<KeptResponse | undefined> {
  const [kept] = await findAllKept(run, [asked], large);
  return kept;
}

async function keptOf(
  { owner, workspaceId }: WorkspaceKey,
  rows: readonly KeptRow[],
  large: LargeWork,
): Promise<KeptResponse | undefined> {
  const [first] = rows;
  if (!first) return undefined;
  const ofChanges = rows.filter((row): row is KeptRow & { panelId: string } => row.panelId !== null);
  return {
    fingerprint: first.fingerprint ?? undefined,
    answer: first.answer ?? {},
    changes: await mapInTurns(ofChanges, (row) =>
      changeOf({ owner, workspaceId, panelId: row.panelId }, row, large),
    ),
  };
}

/** Claims a key. @returns whether it was free; waits for others that are claiming it */
export async function claimKey(run: Run, workspace: WorkspaceKey, claim: KeyClaim): Promise<boolean> {
  return (await run(claimStatement, claimValues(workspace, claim))).length > 0;
}

/** The claims of appends as a JSON list for a statement. */
export function claimsJson(
  panels: readonly {
    readonly key: WorkspaceKey & { readonly panelId: string };
    readonly claims: readonly KeyClaim[];
  }[],
): string {
  return JSON.stringify(
    panels.flatMap(({ key, claims }) =>
      claims.map(({ request, answer }) => ({
        owner: key.owner,
        workspace_id: key.workspaceId,
        panel_id: key.panelId,
        hash: keyHash(request),
        fingerprint: request.fingerprint,
        answer,
      })),
    ),
  );
}

/** Whether an error says that a key is taken. */
export function isKeyTaken(error: unknown): boolean {
  // Where tables are distributed, names of constraints end with the number of the shard; what a worker says comes as a message alone.
  const { constraint, message } = error as { readonly constraint?: unknown; readonly message?: unknown };
  return errorCodeOf(error) === '23505' && /\bidempotency_keys_pkey/.test(String(constraint ?? message));
}

function claimValues({ owner, workspaceId }: WorkspaceKey, { request, answer }: KeyClaim): string[] {
  return [owner, workspaceId, keyHash(request), request.fingerprint, JSON.stringify(answer)];
}
