import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import type { ApprovalRule, RuleStore, WorkspaceKey } from '@nexus-state/state-core';
import { eachOwner } from './distribution';
import { query, runOver } from './query';

/** In: $1, $2 owners and workspaces, lists of the same length. Out: one row for each that has rules. */
const readText = `
    SELECT owner, workspace_id AS "workspaceId", rules FROM approval_rules
    WHERE (owner, workspace_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;
const readStatement = { name: 'approval-rules', text: readText };
const readOfOwnerStatement = { name: 'approval-rules-of-owner', text: `${readText} AND owner = $3` };

const writeStatement = {
  name: 'set-approval-rules',
  text: `
    INSERT INTO approval_rules (owner, workspace_id, rules) VALUES ($1, $2, $3::jsonb)
    ON CONFLICT (owner, workspace_id) DO UPDATE SET rules = excluded.rules`,
};

/** Rules that are read in one statement. */
const maxReadsAtOnce = 256;

interface RulesRow extends WorkspaceKey {
  readonly rules: readonly ApprovalRule[];
}

/** Approval rules in PostgreSQL. */
export class PostgresRuleStore implements RuleStore {
  /** Reads the rules that are asked for in one turn of the event loop in one statement. */
  readonly #reads: DataLoader<WorkspaceKey, readonly ApprovalRule[]>;

  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {
    this.#reads = new DataLoader((asked) => this.#readAll(asked), {
      cache: false,
      maxBatchSize: maxReadsAtOnce,
      batchScheduleFn: setImmediate,
    });
  }

  read(workspace: WorkspaceKey): Promise<readonly ApprovalRule[]> {
    return this.#reads.load(workspace);
  }

  async #readAll(asked: readonly WorkspaceKey[]): Promise<(readonly ApprovalRule[])[]> {
    const run = runOver(this.source);
    const rows = run.ownersAtOnce
      ? await eachOwner(
          run.ownersAtOnce,
          asked,
          ({ owner }) => owner,
          (part, owner) => run<RulesRow>(readOfOwnerStatement, [...columnsOf(part), owner]),
        )
      : await run<RulesRow>(readStatement, columnsOf(asked));
    const rules = new Map(rows.map((row) => [textOf(row), row.rules]));
    return asked.map((workspace) => rules.get(textOf(workspace)) ?? []);
  }

  async write({ owner, workspaceId }: WorkspaceKey, rules: readonly ApprovalRule[]): Promise<void> {
    await query(this.source, writeStatement, [owner, workspaceId, JSON.stringify(rules)]);
  }
}

function columnsOf(asked: readonly WorkspaceKey[]): string[][] {
  return [asked.map(({ owner }) => owner), asked.map(({ workspaceId }) => workspaceId)];
}

function textOf({ owner, workspaceId }: WorkspaceKey): string {
  return JSON.stringify([owner, workspaceId]);
}
