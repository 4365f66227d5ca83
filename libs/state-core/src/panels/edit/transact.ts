import { type ChangeDraft, PendingChanges } from '../group-commit';
import { OperationRefused, TransactionContention } from '../../errors';
import { type JsonObject, type PatchRequest, StateError } from '@nexus-state/documents';
import {
  type Change,
  type Limits,
  type Origin,
  type Panel,
  type PanelKey,
  type WorkspaceKey,
  panelKey,
  panelKeyText,
} from '../model';
import type { PanelStore } from '../ports';
import { announceChanges } from '../announce-changes';
import { renewCopy } from '../renew-copy';
import { decideEdit } from './decide-edit';
import type { Edit } from './edit';
import { expectPanel } from './expectation';
import { checkEdit } from './prepare-edit';
import type { AnnouncePorts } from '../panel-ports';

/** One step of a transaction. A `version` is that of the panel before the transaction; 0 where it must not exist. */
export type TransactionOperation =
  | { readonly op: 'check'; readonly panelId: string; readonly version: number }
  | {
      readonly op: 'set';
      readonly panelId: string;
      readonly state: JsonObject;
      readonly version?: number | undefined;
    }
  | {
      readonly op: 'patch';
      readonly panelId: string;
      readonly patches: PatchRequest;
      readonly version?: number | undefined;
    }
  | { readonly op: 'delete'; readonly panelId: string; readonly version?: number | undefined };

/** Changes of several panels of one workspace, as one. */
export interface Transact {
  readonly workspace: WorkspaceKey;
  /** In order; several may concern one panel. */
  readonly operations: readonly TransactionOperation[];
  readonly origin: Origin;
  readonly idempotencyKey?: string | undefined;
}

/** A panel as a transaction left it. */
export interface TransactedPanel {
  readonly panelId: string;
  readonly version: number;
}

/** What changing many panels of a workspace at once needs: transactions, restores, the clearing of a workspace. */
export type BulkChangePorts = AnnouncePorts & { readonly store: PanelStore; readonly limits: Limits };

const attempts = 10;

/**
 * Makes all changes of a transaction as one instant, or none of them.
 * @returns the panels that were changed, in the order they were first named
 * @throws OperationRefused naming the operation that failed, TransactionContention, Unavailable
 */
export async function transact(
  command: Transact,
  ports: BulkChangePorts,
): Promise<readonly TransactedPanel[]> {
  const { workspace, operations, idempotencyKey } = command;
  const keys = keysOf(workspace, operations);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const panels = new Map<string, Panel | undefined>();
    await Promise.all(keys.map(async (key) => panels.set(key.panelId, await ports.store.read(key))));
    // After the panels are known: a retry that is written from here on moves them, and the compare-and-set misses.
    const earlier =
      idempotencyKey === undefined ? undefined : await earlierResult(command, keys, ports.store);
    if (earlier) {
      await Promise.all(keys.map((key) => renewCopy(key, ports)));
      return earlier;
    }
    const all = decide(command, keys, panels, ports);
    const written = all.filter((pending) => pending.length > 0);
    const checks = all
      .filter((pending) => pending.length === 0)
      .map(({ key, current }) => ({ key, version: current?.version ?? 0 }));
    const outcome = await ports.store.appendTogether(
      written.map((pending) => pending.toAppend()),
      checks,
    );
    if (outcome.outcome === 'appended') {
      await Promise.all(
        written.map((pending) => announceChanges(pending.accepted(outcome.occurredAt), ports)),
      );
      return written.map(({ key, current }) => ({ panelId: key.panelId, version: current?.version ?? 0 }));
    }
  }
  throw new TransactionContention(attempts);
}

function keysOf(workspace: WorkspaceKey, operations: readonly TransactionOperation[]): readonly PanelKey[] {
  const keys = new Map<string, PanelKey>();
  operations.forEach(({ panelId }, index) => {
    const key = refusable(index, () => panelKey(workspace.owner, workspace.workspaceId, panelId));
    keys.set(panelKeyText(key), key);
  });
  return [...keys.values()];
}

function decide(
  { operations, origin, idempotencyKey }: Transact,
  keys: readonly PanelKey[],
  panels: ReadonlyMap<string, Panel | undefined>,
  { limits }: BulkChangePorts,
): readonly PendingChanges[] {
  const all = new Map(keys.map((key) => [key.panelId, new PendingChanges(key, panels.get(key.panelId))]));
  operations.forEach((operation, index) =>
    refusable(index, () => {
      const pending = all.get(operation.panelId) as PendingChanges;
      expectBefore(operation, panels.get(operation.panelId));
      if (operation.op === 'check') return;
      const draft = draftOf(operation, pending, origin, limits);
      // One change of a panel carries the key: enough to find the transaction again.
      pending.add(draft, pending.length === 0 ? idempotencyKey : undefined);
    }),
  );
  return [...all.values()];
}

/** Holds the version that an operation names against the panel before the transaction. */
function expectBefore({ panelId, version }: TransactionOperation, before: Panel | undefined): void {
  if (version === 0) expectPanel(panelId, before, { kind: 'absent', from: 'body' });
  else if (version !== undefined) expectPanel(panelId, before, { kind: 'version', version, from: 'body' });
}

/** What an operation makes of its panel, as the operations before it leave it. */
function draftOf(
  operation: Exclude<TransactionOperation, { readonly op: 'check' }>,
  { key, current }: PendingChanges,
  origin: Origin,
  limits: Limits,
): ChangeDraft {
  const edit = checkEdit(editOf(operation, current?.deleted === false), limits);
  const request = { key, edit, expectation: { kind: 'any' }, onConflict: 'reject', origin } as const;
  const decision = decideEdit(request, current, nothingSeen, limits);
  if (decision.outcome !== 'change') throw new Error('An edit that may not be merged needs no history.');
  return decision.draft;
}

const nothingSeen = { recent: { newest: [] }, history: undefined };

function editOf(
  operation: Exclude<TransactionOperation, { readonly op: 'check' }>,
  exists: boolean,
): Exclude<Edit, { readonly kind: 'revert' }> {
  switch (operation.op) {
    case 'set':
      return { kind: exists ? 'replace' : 'create', state: operation.state };
    case 'patch':
      return { kind: 'patch', patch: operation.patches };
    case 'delete':
      return { kind: 'delete' };
  }
}

/** What an earlier request with the same idempotency key came to, or undefined when there was none. */
async function earlierResult(
  { operations, idempotencyKey = '' }: Transact,
  keys: readonly PanelKey[],
  store: PanelStore,
): Promise<readonly TransactedPanel[] | undefined> {
  const stepsOf = ({ panelId }: PanelKey) =>
    operations.filter((operation) => operation.panelId === panelId && operation.op !== 'check').length;
  const written = keys.filter((key) => stepsOf(key) > 0);
  const firsts = await Promise.all(written.map((key) => store.findByIdempotencyKey(key, idempotencyKey)));
  if (firsts.length === 0 || firsts.some((first) => first === undefined)) return undefined;
  return written.map((key, index) => ({
    panelId: key.panelId,
    version: (firsts[index] as Change).version + stepsOf(key) - 1,
  }));
}

function refusable<T>(index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StateError) throw new OperationRefused(index, error);
    throw error;
  }
}
