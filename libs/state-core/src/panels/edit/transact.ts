import { Chain, type Proposal } from '../group-commit';
import { OperationRefused, TransactionContention } from '../../errors';
import {
  StateError,
  type JsonObject,
  type PatchRequest,
  applyPatch,
  compareStates,
} from '@nexus-state/documents';
import {
  type Change,
  type Origin,
  type Panel,
  type PanelKey,
  type WorkspaceKey,
  panelKey,
  panelKeyText,
  stateContent,
} from '../model';
import type { PanelStore } from '../ports';
import { announceChanges } from '../announce-changes';
import { creation } from './create-panel';
import { deletion } from './delete-panel';
import { expectPanel } from './expectation';
import type { AnnouncePorts, WritePorts } from '../panel-ports';
import { checkPatchLimits } from './patch-panel';
import { renewCopy } from './replay-safe-commit';

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

/** What transactions need. */
export type TransactPorts = WritePorts & AnnouncePorts & { readonly store: PanelStore };

const attempts = 10;

/**
 * Makes all changes of a transaction as one instant, or none of them.
 * @returns the panels that were changed, in the order they were first named
 * @throws OperationRefused naming the operation that failed, TransactionContention, Unavailable
 */
export async function transact(command: Transact, ports: TransactPorts): Promise<readonly TransactedPanel[]> {
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
    const chains = decide(command, keys, panels, ports);
    const written = chains.filter((chain) => chain.length > 0);
    const checks = chains
      .filter((chain) => chain.length === 0)
      .map(({ key, tip }) => ({ key, version: tip?.version ?? 0 }));
    const outcome = await ports.store.appendTogether(
      written.map((chain) => chain.toAppend()),
      checks,
    );
    if (outcome.outcome === 'appended') {
      await Promise.all(written.map((chain) => announceChanges(chain.accepted(outcome.occurredAt), ports)));
      return written.map(({ key, tip }) => ({ panelId: key.panelId, version: tip?.version ?? 0 }));
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
  ports: TransactPorts,
): readonly Chain[] {
  const chains = new Map(keys.map((key) => [key.panelId, new Chain(key, panels.get(key.panelId))]));
  operations.forEach((operation, index) =>
    refusable(index, () => {
      const chain = chains.get(operation.panelId) as Chain;
      const proposal = propose(operation, chain, panels.get(operation.panelId), origin, ports);
      // One change of a panel carries the key: enough to find the transaction again.
      if (proposal) chain.add(proposal, chain.length === 0 ? idempotencyKey : undefined);
    }),
  );
  return [...chains.values()];
}

function propose(
  operation: TransactionOperation,
  { tip }: Chain,
  before: Panel | undefined,
  origin: Origin,
  { limits }: TransactPorts,
): Proposal | undefined {
  const { panelId, version } = operation;
  if (version === 0) expectPanel(panelId, before, { kind: 'absent', from: 'body' });
  else if (version !== undefined) expectPanel(panelId, before, { kind: 'version', version, from: 'body' });
  if (operation.op === 'check') return undefined;
  const existing = tip?.deleted === false ? tip : undefined;
  if (operation.op === 'set') {
    const content = stateContent(operation.state, limits);
    if (!existing) return creation(content, origin);
    return { ...origin, changeType: 'updated', content, patch: compareStates(existing.state, content.state) };
  }
  const state = expectPanel(panelId, tip, { kind: 'any' })?.state ?? {};
  if (operation.op === 'delete') return deletion(state, origin);
  checkPatchLimits(operation.patches, limits);
  const { value, patch } = applyPatch(state, operation.patches);
  return { ...origin, changeType: 'updated', content: stateContent(value, limits), patch };
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
