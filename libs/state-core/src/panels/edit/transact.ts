import { type Announce, type ChangeDraft, PendingChanges, type PanelMutexes } from '../group-commit';
import {
  LockLost,
  ProposalClosed,
  TransactionContention,
  TransactionTooLarge,
  TurnEnded,
} from '../../errors';
import type { JsonObject, PatchRequest } from '@nexus-state/documents';
import {
  type AppendOutcome,
  type Appended,
  type Companion,
  type IdempotentRequest,
  type Limits,
  type ChangeOrigin,
  type Panel,
  type PanelKey,
  type Together,
  type WorkspaceKey,
  isLarge,
  panelKey,
  panelKeyText,
} from '../model';
import type { FencedLock } from '../../locks/model';
import type { ChangeFeed, PanelStore } from '../ports';
import { announcing } from '../announce-changes';
import { renewCopies } from '../renew-copy';
import { decideFairly, nothingSeen } from './decide-large';
import { type FindKept, type Transacted, type TransactedPanel, earlierResult } from './earlier-result';
import type { Edit } from './edit';
import { expectPanel } from './expectation';
import { FairTurns, mapInTurns } from '../../concurrency';
import { checkFairly } from './prepare-edit';
import { refusable, refusableLater } from './refused-operation';
import type { LargeWork } from '../large';
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
  readonly origin: ChangeOrigin;
  /** The request whose idempotency key is claimed with the changes. */
  readonly request?: IdempotentRequest | undefined;
  /** The lock that all of it is done under: refused where another number of it is the newest. */
  readonly lock?: FencedLock | undefined;
  /** What happens with it, or neither happens. */
  readonly companion?: Companion | undefined;
}

/** What changing many panels of a workspace at once needs: transactions, restores, the clearing of a workspace. */
export type BulkChangePorts = AnnouncePorts & {
  readonly store: PanelStore;
  readonly feed: Pick<ChangeFeed, 'revision'>;
  readonly limits: Limits;
  readonly large: LargeWork;
  /** The transactions of this process: those that share a panel would only race each other. */
  readonly mutexes: PanelMutexes;
};

/** A transaction that lost so many races against other writers makes them wait. */
const lossesBeforeExclusive = 2;
const attempts = 10;

/** What one attempt came to: changes that are durable, an earlier result, or nothing, because another writer was faster. */
type Attempt =
  | { readonly written: readonly PendingChanges[]; readonly appended: Appended; readonly announce: Announce }
  | { readonly earlier: Transacted }
  | 'missed';

/** The states that a transaction writes, one for each operation, have at most the bytes of so many states of the largest size. */
export const maxStates = 32;

/**
 * Makes all changes of a transaction as one instant, or none of them. Transactions of this process that share a panel take
 * turns; one that lost two races against other writers locks its panels, so that they wait.
 * @returns the panels that were changed, in the order they were first named, and the revision that they make together
 * @throws IdempotencyKeyReused, LockLost, OperationRefused naming the operation that failed, TransactionContention, Unavailable
 */
export async function transact(command: Transact, ports: BulkChangePorts): Promise<Transacted> {
  const keys = keysOf(command.workspace, command.operations);
  const done = await ports.mutexes.take(keys, () => attemptUntilDone(command, keys, ports));
  if ('earlier' in done) {
    await renewCopies(command.workspace, idsOf(keys), ports);
    return done.earlier;
  }
  // The next one need not wait for this.
  await announceTogether(done);
  return { revision: done.appended.revision, panels: done.written.map(resultOf) };
}

/** Announces changes of several panels that were written together. */
export async function announceTogether({
  written,
  appended,
  announce,
}: Extract<Attempt, { readonly written: unknown }>): Promise<void> {
  const ordinals = new Map<PendingChanges, number>();
  let ordinal = 1;
  // In the order in which a store numbers them: by panel.
  for (const pending of [...written].sort((a, b) => (a.key.panelId < b.key.panelId ? -1 : 1))) {
    ordinals.set(pending, ordinal);
    ordinal += pending.length;
  }
  const announceOne = (pending: PendingChanges) =>
    announce(pending.acceptedTogether(appended, ordinals.get(pending) as number));
  // Large ones one after the other: what is sent together is written in one go.
  const [large, small] = [written.filter(isLargeNow), written.filter((one) => !isLargeNow(one))];
  await Promise.all([...small.map(announceOne), mapInTurns(large, announceOne)]);
}

async function attemptUntilDone(
  command: Transact,
  keys: readonly PanelKey[],
  ports: BulkChangePorts,
): Promise<Exclude<Attempt, 'missed'>> {
  for (let losses = 0; losses < attempts; losses++) {
    const attempt = losses < lossesBeforeExclusive ? attemptOnce : attemptExclusively;
    const result = await attempt(command, keys, ports);
    if (result !== 'missed') return result;
  }
  throw new TransactionContention(attempts);
}

/** Decides on the panels as they are, and writes if none of them has changed meanwhile. */
async function attemptOnce(
  command: Transact,
  keys: readonly PanelKey[],
  ports: BulkChangePorts,
): Promise<Attempt> {
  const { store } = ports;
  const announce = announcing(ports);
  const panels = await store.readMany(command.workspace, idsOf(keys));
  // After the panels are known: where another process uses the key from here on, the store does not give it out again.
  const find: FindKept = (...args) => store.findKept(command.workspace, ...args);
  const earlier = await earlierResult(command, find, ports);
  if (earlier) return { earlier };
  const { written, batch, checks, claim } = await decide(command, keys, panels, ports);
  const { lock, companion } = command;
  const turnId = turnOf(command);
  const outcome = await store.appendTogether(batch, checks, claim, lock, { turnId, companion });
  return attempted(command, outcome, { written, announce });
}

/** @throws LockLost, TurnEnded, ProposalClosed */
function attempted(
  { lock, companion, ...command }: Transact,
  outcome: AppendOutcome | undefined,
  done: { readonly written: readonly PendingChanges[]; readonly announce: Announce },
): Attempt {
  if (outcome?.outcome === 'lock-lost' && lock) throw new LockLost(lock.name, lock.fencingToken);
  if (outcome?.outcome === 'turn-ended') throw new TurnEnded(turnOf(command) ?? '', 'closed');
  if (outcome?.outcome === 'proposal-closed' && companion?.kind === 'approve-proposal')
    throw new ProposalClosed(companion.proposalId);
  return outcome?.outcome === 'appended' ? { ...done, appended: outcome } : 'missed';
}

/** Decides and writes while other writers of the panels wait. */
async function attemptExclusively(
  command: Transact,
  keys: readonly PanelKey[],
  ports: BulkChangePorts,
): Promise<Attempt> {
  const announce = announcing(ports);
  let earlier: Transacted | undefined;
  let written: readonly PendingChanges[] = [];
  const outcome = await ports.store.appendTogetherExclusively(
    command.workspace,
    idsOf(keys),
    async (panels, find) => {
      earlier = await earlierResult(command, find, ports);
      if (earlier) return undefined;
      const decided = await decide(command, keys, panels, ports);
      written = decided.written;
      return decided;
    },
  );
  if (earlier) return { earlier };
  return attempted(command, outcome, { written, announce });
}

const isLargeNow = ({ current }: PendingChanges): boolean => isLarge(current?.stateSizeBytes);

const idsOf = (keys: readonly PanelKey[]): readonly string[] => keys.map(({ panelId }) => panelId);

const resultOf = ({ key, current }: PendingChanges): TransactedPanel => ({
  panelId: key.panelId,
  version: current?.version ?? 0,
});

function keysOf(workspace: WorkspaceKey, operations: readonly TransactionOperation[]): readonly PanelKey[] {
  const keys = new Map<string, PanelKey>();
  operations.forEach(({ panelId }, index) => {
    const key = refusable(index, () => panelKey(workspace.owner, workspace.workspaceId, panelId));
    keys.set(panelKeyText(key), key);
  });
  return [...keys.values()];
}

/** What a transaction comes to: the changes of each panel, and how they are appended. */
interface Decided extends Together {
  readonly written: readonly PendingChanges[];
}

async function decide(
  { workspace, operations, origin, request, lock, companion }: Transact,
  keys: readonly PanelKey[],
  panels: ReadonlyMap<string, Panel>,
  ports: BulkChangePorts,
): Promise<Decided> {
  const all = new Map(keys.map((key) => [key.panelId, new PendingChanges(key, panels.get(key.panelId))]));
  const turns = new FairTurns();
  const maxBytes = maxStates * ports.limits.stateBytes;
  let bytes = 0;
  for (const [index, operation] of operations.entries()) {
    await refusableLater(index, async () => {
      const pending = all.get(operation.panelId) as PendingChanges;
      expectBefore(operation, panels.get(operation.panelId));
      if (operation.op === 'check') return;
      const draft = await draftOf({ operation, at: `/operations/${index}` }, pending, origin, ports);
      bytes += draft.content.stateSizeBytes;
      if (bytes > maxBytes) throw new TransactionTooLarge(maxBytes);
      // The version before finds a transaction by the first change of each panel.
      pending.add(draft, undefined, pending.length === 0 ? request?.key : undefined);
    });
    await turns.pause();
  }
  const written = [...all.values()].filter((pending) => pending.length > 0);
  const checked = [...all.values()].filter((pending) => pending.length === 0);
  const answer = { panels: written.map(resultOf).map((panel) => ({ ...panel })) };
  return {
    written,
    batch: written.map((pending) => pending.toAppend()),
    checks: checked.map(({ key, current }) => ({ key, version: current?.version ?? 0 })),
    claim: request && { workspace, request, answer },
    lock,
    turnId: origin.about?.turnId,
    companion,
  };
}

const turnOf = ({ origin }: Pick<Transact, 'origin'>): string | undefined => origin.about?.turnId;

/** Holds the version that an operation names against the panel before the transaction. */
function expectBefore({ panelId, version }: TransactionOperation, before: Panel | undefined): void {
  if (version === 0) expectPanel(panelId, before, { kind: 'absent' });
  else if (version !== undefined) expectPanel(panelId, before, { kind: 'version', version });
}

type Changing = Exclude<TransactionOperation, { readonly op: 'check' }>;

/** What an operation makes of its panel, as the operations before it leave it. */
async function draftOf(
  { operation, at }: { readonly operation: Changing; readonly at: string },
  { key, current }: PendingChanges,
  origin: ChangeOrigin,
  ports: BulkChangePorts,
): Promise<ChangeDraft> {
  const place = operation.op === 'set' ? `${at}/state` : `${at}/patches`;
  const edit = await checkFairly(editOf(operation, current?.deleted === false), ports, place);
  const request = { key, edit, expectation: { kind: 'any' }, onConflict: 'reject', origin } as const;
  const decision = await decideFairly(request, current, nothingSeen, ports);
  if (decision.outcome !== 'change') throw new Error('An edit that may not be merged needs no history.');
  return decision.draft;
}

function editOf(operation: Changing, exists: boolean): Exclude<Edit, { readonly kind: 'revert' }> {
  switch (operation.op) {
    case 'set':
      return { kind: exists ? 'replace' : 'create', state: operation.state };
    case 'patch':
      return { kind: 'patch', patch: operation.patches };
    case 'delete':
      return { kind: 'delete' };
  }
}
